import { join } from 'node:path';
import { nativeBackend, type NativeBackend } from './graph/nativeBackend.ts';
import type { Installation } from './provision/installation.ts';
import { kernelFiles } from './provision/kernelFiles.ts';
import type { TensorFlow } from './tensorflow.ts';

const ready = new WeakSet<NativeBackend>();

/**
 * Whether the kernels of packages/engine/native can be used: always on the processor, on a GPU once they are
 * loaded.
 */
export const hasKernels = (backend: NativeBackend): boolean =>
  !backend.isUsingGpuDevice || ready.has(backend);

/**
 * Loads this project's kernels for the GPU that TensorFlow uses.
 *
 * @returns why they cannot be loaded; nothing on success.
 */
export function loadKernels(tf: TensorFlow, kernels: Installation['kernels']): string | undefined {
  const backend = nativeBackend(tf);
  const type = backend.binding.TF_ATTR_STRING;
  let refusal: string | undefined = 'They were compiled for no GPU of this machine';
  // One folder for each compute capability; the driver accepts the one for its card.
  for (const folder of kernels) {
    const attributes = [
      { name: 'kernels', type, value: join(folder, kernelFiles.code) },
      { name: 'stream', type, value: join(folder, kernelFiles.stream) },
    ];
    try {
      backend.executeMultipleOutputs('BitLoadKernels', attributes, [], 0);
      ready.add(backend);
      return undefined;
    } catch (error) {
      refusal = withoutCode(error as Error);
    }
  }
  return refusal;
}

/** The op's own message, without the TensorFlow status that tfjs puts before it. */
const withoutCode = ({ message }: Error): string => message.replace(/^Invalid TF_Status: \d+\nMessage: /, '');
