import { describe, expect, it } from 'vitest';
import { engineEnvironment, setEnvironment } from '../src/index.ts';

describe('TF32', () => {
  const cuda = { flavour: 'cuda' } as const;

  it.each([
    ['by default', {}],
    ['if it was not requested', { tensorFloat32: false }],
  ])('is forbidden to GPUs %s', (_, options) => {
    expect(engineEnvironment(cuda, options)).toMatchObject({ NVIDIA_TF32_OVERRIDE: '0' });
  });

  it('is allowed to GPUs on request, whatever the environment said before', () => {
    const environment = { NVIDIA_TF32_OVERRIDE: '0', PATH: '/bin' };
    setEnvironment(engineEnvironment(cuda, { tensorFloat32: true, gpu: 'GPU-1' }), environment);
    expect(environment).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
    expect(environment).toMatchObject({ PATH: '/bin', CUDA_VISIBLE_DEVICES: 'GPU-1' });
  });

  it('is not set for a processor', () => {
    expect(engineEnvironment({ flavour: 'cpu' })).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
  });
});

it('the environment for a processor sets its threads and hides GPUs', () => {
  expect(engineEnvironment({ flavour: 'cpu' }, { threads: 3 })).toMatchObject({
    TF_NUM_INTRAOP_THREADS: '3',
    TF_NUM_INTEROP_THREADS: '3',
    CUDA_VISIBLE_DEVICES: '',
  });
});
