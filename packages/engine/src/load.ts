import { createRequire } from 'node:module';
import util from 'node:util';
import { OutsideError } from '@bit-repro/artifacts';
import { loadKernels } from './gpuKernels.ts';
import { nativeBackend } from './graph/nativeBackend.ts';
import type { Installation } from './provision/installation.ts';
import type { TensorFlow } from './tensorflow.ts';

/** TensorFlow, loaded into this process. */
export interface Engine {
  tf: TensorFlow;
  installation: Installation;
  /** Version of libtensorflow as it reports it itself. */
  version: string;
}

let loaded: Engine | undefined;

/**
 * Loads TensorFlow into this process. A second call returns what the first loaded.
 *
 * @throws OutsideError when the library refuses to load, or when it is one for GPUs and can use none.
 */
export function loadEngine(installation: Installation): Engine {
  if (loaded !== undefined) {
    if (loaded.installation.bindingFile === installation.bindingFile) return loaded;
    throw new Error(
      `Expected one TensorFlow per process, found a second: ${installation.bindingFile} after ${loaded.installation.bindingFile}`,
    );
  }
  restoreUtilities();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const require = createRequire(import.meta.url);
  const tfjs = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  provideBinding(tfjs, installation.bindingFile);
  let engine: Engine;
  try {
    const tf = tfjs('@tensorflow/tfjs-node-gpu') as TensorFlow;
    // All that this mode changes is that tfjs keeps its hints and warnings to itself.
    tf.enableProdMode();
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    engine = { tf, installation, version: binding.TF_Version };
  } catch (cause) {
    throw new OutsideError(
      `Could not load TensorFlow ${installation.tensorflowVersion}: ${(cause as Error).message.split('\n')[0]}`,
      `Remove ${installation.folder} and run \`npx harness provision\`; \`npx harness doctor\` tells more.`,
      { cause },
    );
  }
  requireGpu(engine);
  if (installation.flavour === 'cuda') useKernels(engine);
  loaded = engine;
  return engine;
}

/** Where CUDA fails, TensorFlow goes on with the processor: for days, and under the name of the GPU. */
function requireGpu({ tf, installation: { flavour } }: Engine): void {
  if (flavour === 'cpu' || nativeBackend(tf).isUsingGpuDevice) return;
  throw new OutsideError(
    'Expected TensorFlow to compute on the GPU that nvidia-smi lists, found that it can use none',
    'CUDA says why on standard error, of a run in its worker.log: often the driver was updated and not yet restarted, or a ' +
      'container lacks libcuda. CUDA_VISIBLE_DEVICES= (empty) hides the GPU, for the processor.',
  );
}

/** Without kernels of its own the network is computed by more ops, to other last bits: so that is said. */
function useKernels({ tf, installation }: Engine): void {
  const refusal = loadKernels(tf, installation.kernels);
  if (refusal === undefined) return;
  process.emitWarning(
    `TensorFlow’s own ops are used on the GPU, not the kernels of this project: ${refusal}`,
  );
}

/** tfjs-node asks node-pre-gyp where its addon is; the answer is ours, in the cache. */
function provideBinding(tfjs: NodeJS.Require, bindingFile: string): void {
  const path = tfjs.resolve('@mapbox/node-pre-gyp');
  const module = { id: path, filename: path, loaded: true, exports: { find: () => bindingFile } };
  tfjs.cache[path] = module as unknown as NodeJS.Module;
}

/** tfjs-node 4.22.0 calls two functions of `util` that Node 22 warns of and Node 23 removed. */
function restoreUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  utilities.isArray = Array.isArray;
}
