import { describe, expect, it } from 'vitest';
import { deviceName } from '../../src/provenance/host.ts';
import { siteOf } from '../../src/plan/site.ts';

describe('the nodes that a config asks for', () => {
  it('compute on their processors where no GPU is asked for, with the threads of a job', () => {
    const site = siteOf({ cpusPerTask: 6 }, {});
    expect(site.engine).toEqual({ flavour: 'cpu' });
    expect(site.gpus).toEqual([]);
    expect(site.placement.threads).toBe(6);
    expect(site.deviceOf('mini')).toBe(deviceName(undefined));
  });

  it.each([
    ['Pascal to Hopper by default', {}, 8],
    ['another generation where it is named', { computeCapability: 5.2 }, 5.2],
  ])('have GPUs of %s', (_, options, computeCapability) => {
    const { engine, gpus } = siteOf({ gres: 'gpu:1', ...options }, {});
    expect(engine).toEqual({ flavour: 'cuda', computeCapability });
    expect(gpus).toEqual([{ name: 'GPUs of the cluster', computeCapability }]);
  });

  it('differ by architecture', () => {
    const site = siteOf(
      { gres: 'gpu:1', device: 'small', architectures: { R152x4: { device: 'large' } } },
      {},
    );
    expect(['R50x1', 'R152x4'].map((architecture) => site.deviceOf(architecture))).toEqual([
      'small',
      'large',
    ]);
  });

  it('must be named where they have GPUs, as keys depend on it', () => {
    expect(() => siteOf({ gres: 'gpu:1' }, {}).deviceOf('R50x1')).toThrow('Expected `slurm.device`');
  });

  it('are counted on for no more memory of a GPU than the profile needs', () => {
    const { resources } = siteOf({ gres: 'gpu:1', device: 'a GPU' }, { minGpuMemoryBytes: 12e9 });
    expect(resources.freeBytes).toBe(12e9);
  });
});
