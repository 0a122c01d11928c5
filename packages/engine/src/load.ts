import { createRequire } from 'node:module';
import util from 'node:util';
import { EngineError } from './errors.ts';
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
 * @throws EngineError when the library refuses to load, or another installation is loaded already.
 */
export function loadEngine(installation: Installation): Engine {
  if (loaded !== undefined) {
    if (loaded.installation.bindingFile === installation.bindingFile) return loaded;
    throw new EngineError(
      `Expected one TensorFlow per process, found a second: ${installation.bindingFile} after ${loaded.installation.bindingFile}`,
      'Start another process.',
    );
  }
  restoreUtilities();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const require = createRequire(import.meta.url);
  const tfjs = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  provideBinding(tfjs, installation.bindingFile);
  try {
    const tf = tfjs('@tensorflow/tfjs-node-gpu') as TensorFlow;
    // All that this mode changes is that tfjs keeps its hints and warnings to itself.
    tf.enableProdMode();
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    loaded = { tf, installation, version: binding.TF_Version };
    return loaded;
  } catch (cause) {
    throw new EngineError(
      `Could not load TensorFlow ${installation.tensorflowVersion}: ${(cause as Error).message.split('\n')[0]}`,
      `Remove ${installation.folder} and run \`npx harness provision\`; \`npx harness doctor\` tells more.`,
      { cause },
    );
  }
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
