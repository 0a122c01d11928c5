import { describe, expect, it } from 'vitest';
import { fusedOps, loadKernels, type TensorFlow } from '../src/index.ts';

/** A TensorFlow on a GPU with just enough to request kernels; `load` replaces loading them from a file. */
function onGpu(load: (file: string) => void = () => undefined): TensorFlow {
  const backend = {
    isUsingGpuDevice: true,
    binding: { TF_ATTR_STRING: 0 },
    executeMultipleOutputs: (op: string, [kernels]: { value: string }[]) => {
      expect(op).toBe('BitLoadKernels');
      load(kernels!.value);
      return [];
    },
  };
  return { backend: () => backend, getBackend: () => 'tensorflow' } as unknown as TensorFlow;
}

const refuse = (file: string): void => {
  throw new Error(`Invalid TF_Status: 13\nMessage: ${file} is refused`);
};

describe('fused ops on a GPU', () => {
  it('are unavailable before kernels are loaded', () => {
    expect(fusedOps(onGpu())).toBeUndefined();
  });

  it('are available once kernels are loaded', () => {
    const tf = onGpu();
    expect(loadKernels(tf, ['/cache/kernels-sm_90-x'])).toBeUndefined();
    expect(fusedOps(tf)).toBeDefined();
  });

  it('use the first kernels that the card accepts', () => {
    const tf = onGpu((file) => {
      if (file.includes('sm_70')) refuse(file);
    });
    expect(loadKernels(tf, ['/cache/kernels-sm_70-x', '/cache/kernels-sm_90-x'])).toBeUndefined();
    expect(fusedOps(tf)).toBeDefined();
  });

  it('are unavailable, with the reason, if the card accepts no kernels', () => {
    const tf = onGpu(refuse);
    expect(loadKernels(tf, ['/cache/kernels-sm_70-x'])).toBe(
      '/cache/kernels-sm_70-x/kernels.cubin is refused',
    );
    expect(fusedOps(tf)).toBeUndefined();
  });

  it('are unavailable if no kernels were compiled', () => {
    const tf = onGpu();
    expect(loadKernels(tf, [])).toBe('They were compiled for no GPU of this machine');
    expect(fusedOps(tf)).toBeUndefined();
  });
});
