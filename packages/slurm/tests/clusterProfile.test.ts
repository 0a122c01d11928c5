import { describe, expect, it } from 'vitest';
import { deviceName } from '@bit-repro/runs';
import { clusterProfile } from '../src/clusterProfile.ts';

describe('the nodes that a config asks for', () => {
  it('use their processors if no GPU is asked for, with the threads of a job', () => {
    const profile = clusterProfile({ cpusPerTask: 6 }, {});
    expect(profile.engine).toEqual({ flavour: 'cpu' });
    expect(profile.gpus).toEqual([]);
    expect(profile.placement.threads).toBe(6);
    expect(profile.deviceOf('mini')).toBe(deviceName(undefined));
  });

  it.each([
    ['Pascal to Hopper by default', {}, 8],
    ['another generation if it is named', { computeCapability: 5.2 }, 5.2],
  ])('have GPUs of %s', (_, options, computeCapability) => {
    const { engine, gpus } = clusterProfile({ gres: 'gpu:1', ...options }, {});
    expect(engine).toEqual({ flavour: 'cuda', computeCapability });
    expect(gpus).toEqual([{ name: 'GPUs of the cluster', computeCapability }]);
  });

  it('can differ by architecture', () => {
    const profile = clusterProfile(
      { gres: 'gpu:1', device: 'small', architectures: { R152x4: { device: 'large' } } },
      {},
    );
    expect(['R50x1', 'R152x4'].map((architecture) => profile.deviceOf(architecture))).toEqual([
      'small',
      'large',
    ]);
  });

  it('must be named if they have GPUs, since keys depend on it', () => {
    expect(() => clusterProfile({ gres: 'gpu:1' }, {}).deviceOf('R50x1')).toThrow(
      '`slurm.gres` asks for GPUs, but `slurm.device` does not name them',
    );
  });

  it('are assumed to have only the GPU memory that the profile requires', () => {
    const { resources } = clusterProfile({ gres: 'gpu:1', device: 'a GPU' }, { minGpuMemoryBytes: 12e9 });
    expect(resources.freeBytes).toBe(12e9);
  });
});
