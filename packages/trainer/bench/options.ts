import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Installation } from '@bit-repro/engine';
import { precisions, type Precision } from '../src/network.ts';

/** Command-line options of the benchmark. */
export const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'R50x1' },
    'micro-batch': { type: 'string', default: '32' },
    px: { type: 'string', default: '128' },
    steps: { type: 'string', default: '5' },
    precision: { type: 'string', default: 'float32' },
    json: { type: 'string' },
    /** Lets XLA compile clusters of the graph, on a GPU. */
    xla: { type: 'boolean', default: false },
    /** Counts the ops of the graph instead of running it. */
    ops: { type: 'boolean', default: false },
    /** Counts them as for a GPU, whatever the machine. */
    'as-gpu': { type: 'boolean', default: false },
    /** A folder for the counted graph. */
    graph: { type: 'string' },
  },
});

/** The requested precision. */
export function askedPrecision(): Precision {
  const precision = precisions.find((one) => one === options.precision);
  if (precision === undefined) {
    throw new Error(`Expected --precision ${precisions.join(', ')}, found ${options.precision}`);
  }
  return precision;
}

/**
 * Variables that make TensorFlow cluster ops for XLA, which finds its assembler and device library in the
 * provisioned files.
 */
export function xlaEnvironment({
  flavour,
  folder,
}: Pick<Installation, 'flavour' | 'folder'>): Record<string, string> {
  if (flavour !== 'cuda')
    throw new Error('--xla needs a GPU, but TensorFlow runs on the processor: remove --xla');
  return {
    TF_XLA_FLAGS: '--tf_xla_auto_jit=2',
    XLA_FLAGS: `--xla_gpu_cuda_data_dir=${join(folder, 'nvidia/cuda_nvcc')}`,
  };
}
