import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Installation } from '@bit-repro/engine';
import { precisions, type Precision } from '../src/network.ts';

/** What the command line asks of the bench. */
export const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'R50x1' },
    'micro-batch': { type: 'string', default: '32' },
    px: { type: 'string', default: '128' },
    steps: { type: 'string', default: '5' },
    precision: { type: 'string', default: 'float32' },
    json: { type: 'string' },
    /** Has XLA compile clusters of the graph, on a GPU. */
    xla: { type: 'boolean', default: false },
    /** Counts the ops of the graph in place of running it. */
    ops: { type: 'boolean', default: false },
    /** Counts them as on a GPU, wherever this runs. */
    'as-gpu': { type: 'boolean', default: false },
    /** A folder to put the graph into that was counted. */
    graph: { type: 'string' },
  },
});

/** The precision that was asked for. */
export function askedPrecision(): Precision {
  const precision = precisions.find((one) => one === options.precision);
  if (precision === undefined) {
    throw new Error(`Expected --precision ${precisions.join(', ')}, found ${options.precision}`);
  }
  return precision;
}

/** Variables by which TensorFlow clusters ops for XLA, which finds its assembler and device library among the provisioned files. */
export function xlaEnvironment({
  flavour,
  folder,
}: Pick<Installation, 'flavour' | 'folder'>): Record<string, string> {
  if (flavour !== 'cuda')
    throw new Error('Expected a GPU for --xla, found TensorFlow for the processor: leave --xla out');
  return {
    TF_XLA_FLAGS: '--tf_xla_auto_jit=2',
    XLA_FLAGS: `--xla_gpu_cuda_data_dir=${join(folder, 'nvidia/cuda_nvcc')}`,
  };
}
