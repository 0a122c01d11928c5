import { describe, expect, it } from 'vitest';
import { engineEnvironment, setEnvironment } from '../src/index.ts';

describe('TF32', () => {
  const cuda = { flavour: 'cuda' } as const;

  it.each([
    ['by default', {}],
    ['where it was not asked for', { tensorFloat32: false }],
  ])('is forbidden to GPUs %s', (_, options) => {
    expect(engineEnvironment(cuda, options)).toMatchObject({ NVIDIA_TF32_OVERRIDE: '0' });
  });

  it('is left to GPUs that were asked for it, whatever the environment said before', () => {
    const environment = { NVIDIA_TF32_OVERRIDE: '0', PATH: '/bin' };
    setEnvironment(engineEnvironment(cuda, { tensorFloat32: true, gpu: 'GPU-1' }), environment);
    expect(environment).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
    expect(environment).toMatchObject({ PATH: '/bin', CUDA_VISIBLE_DEVICES: 'GPU-1' });
  });

  it('is no matter for a processor', () => {
    expect(engineEnvironment({ flavour: 'cpu' })).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
  });
});

it('an environment names the threads of a processor, and hides GPUs from it', () => {
  expect(engineEnvironment({ flavour: 'cpu' }, { threads: 3 })).toMatchObject({
    TF_NUM_INTRAOP_THREADS: '3',
    TF_NUM_INTEROP_THREADS: '3',
    CUDA_VISIBLE_DEVICES: '',
  });
});
