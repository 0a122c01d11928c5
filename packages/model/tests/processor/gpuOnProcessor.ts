import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  compileBinding,
  engineEnvironment,
  kernelSources,
  loadEngine,
  type Installation,
  type Tensor,
  type TensorFlow,
} from '@bit-repro/engine';

const here = fileURLToPath(new URL('.', import.meta.url));
/** As for NVRTC: products and sums are fused only where the source says so. */
const flags = ['-O2', '-std=c++17', '-fPIC', '-shared', '-ffp-contract=off'];
const build = (output: string, ...rest: string[]): Promise<unknown> =>
  promisify(execFile)('c++', [...flags, ...rest, '-o', output]);

/** TensorFlow with the GPU's ops in place of the processor's, and the files they are loaded from. */
export interface GpuOnProcessor {
  tf: TensorFlow;
  /** Folder with the kernels and the library for the stream, named as in the product. */
  kernels: string;
}

/**
 * Loads TensorFlow with the code that launches kernels on GPUs, and those kernels compiled for the processor.
 * Only CUDA's driver and TensorFlow's stream are replaced.
 */
export async function loadGpuOnProcessor(installation: Installation): Promise<GpuOnProcessor> {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  const [driver, kernels, binding] = ['driver', 'kernels', 'binding'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [driver, kernels, binding]) mkdirSync(one);
  symlinkSync(installation.libraryFolder, join(folder, 'tensorflow'));
  await build(join(driver, 'libcuda.so.1'), join(here, 'driver.cc'), '-ldl');
  await build(join(kernels, 'stream.so'), join(here, 'stream.cc'));
  await build(
    join(kernels, 'kernels.cubin'),
    ...[join(here, 'shim.h'), ...kernelSources].flatMap((file) => ['-include', file]),
    ...['-x', 'c++', '/dev/null'],
  );
  const libraries = Object.keys(installation.sha256).filter((name) => name.startsWith('libtensorflow'));
  const bindingFile = join(binding, 'tfjs_binding.node');
  await compileBinding(libraries, installation.libraryFolder, bindingFile, {
    takes: (file) => !/native\/(groupNorm|standardise|vector)\.cc$/.test(file),
    flags: ['-DBIT_REPRO_GPU="CPU"', `-Wl,-rpath,${driver}`],
  });
  Object.assign(process.env, engineEnvironment(installation));
  const { tf } = loadEngine({ ...installation, bindingFile });
  return { tf, kernels };
}

/** The op with which a compiled graph recomputes a group norm; tfjs never calls it. */
export function groupNormReluAgain(
  tf: TensorFlow,
  inputs: Tensor[],
  options: { groups: number; epsilon: number },
): Tensor {
  const backend = tf.backend() as unknown as {
    binding: { TF_ATTR_INT: number; TF_ATTR_FLOAT: number };
    executeSingleOutput: (op: string, attributes: unknown[], inputs: Tensor[]) => Tensor;
  };
  const { TF_ATTR_INT, TF_ATTR_FLOAT } = backend.binding;
  const attributes = [
    { name: 'groups', type: TF_ATTR_INT, value: options.groups },
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: options.epsilon },
  ];
  return backend.executeSingleOutput('BitGroupNormReluAgain', attributes, inputs);
}
