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
  /** Version that libtensorflow reports. */
  version: string;
}

let loaded: Engine | undefined;

/**
 * Loads TensorFlow into this process. A second call returns what the first loaded.
 *
 * @throws OutsideError when the library does not load, or when it is one for GPUs and can use none.
 */
export function loadEngine(installation: Installation): Engine {
  if (loaded !== undefined) {
    if (loaded.installation.bindingFile === installation.bindingFile) return loaded;
    throw new Error(
      `This process has already loaded TensorFlow from ${loaded.installation.bindingFile}; it cannot load ${installation.bindingFile} as well`,
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
    // The only effect of this mode here is that tfjs prints no hints or warnings.
    tf.enableProdMode();
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    engine = { tf, installation, version: binding.TF_Version };
  } catch (cause) {
    throw new OutsideError(
      `Could not load TensorFlow ${installation.tensorflowVersion}: ${(cause as Error).message.split('\n')[0]}`,
      `Remove ${installation.folder} and run \`npx harness provision\`; \`npx harness doctor\` shows more.`,
      { cause },
    );
  }
  requireGpu(engine);
  if (installation.flavour === 'cuda') useKernels(engine);
  loaded = engine;
  return engine;
}

/**
 * When CUDA fails, TensorFlow silently continues on the processor, which would take days and be reported as
 * the GPU.
 */
function requireGpu({ tf, installation: { flavour } }: Engine): void {
  if (flavour === 'cpu' || nativeBackend(tf).isUsingGpuDevice) return;
  throw new OutsideError(
    'TensorFlow cannot use the GPU that nvidia-smi lists',
    'CUDA prints the reason on standard error (of a run: in its worker.log). Often the driver was updated without a restart, or a ' +
      'container lacks libcuda. To use the processor, hide the GPU with CUDA_VISIBLE_DEVICES= (empty).',
  );
}

/** Without these kernels the network is computed by more ops, with other last bits; hence the warning. */
function useKernels({ tf, installation }: Engine): void {
  const refusal = loadKernels(tf, installation.kernels);
  if (refusal === undefined) return;
  process.emitWarning(`The GPU runs TensorFlow’s own ops instead of this project’s kernels: ${refusal}`);
}

/** tfjs-node asks node-pre-gyp for its addon; this answers with the one in the cache. */
function provideBinding(tfjs: NodeJS.Require, bindingFile: string): void {
  const path = tfjs.resolve('@mapbox/node-pre-gyp');
  const module = { id: path, filename: path, loaded: true, exports: { find: () => bindingFile } };
  tfjs.cache[path] = module as unknown as NodeJS.Module;
}

/** tfjs-node 4.22.0 calls two functions of `util` that Node 22 deprecates and Node 23 removed. */
function restoreUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  utilities.isArray = Array.isArray;
}
