import { describe, expect, it } from 'vitest';
import { placementOf } from '../../src/forecast/resources.ts';
import { plannedRun } from '@bit-repro/runs/testing';

const gpu = (index: number): Parameters<typeof placementOf>[1][number] => ({
  index,
  uuid: `GPU-${index}`,
  name: 'a GPU',
  memoryBytes: 8e9,
  driverVersion: '550.1',
});
const { fineTune, dataset } = plannedRun();
const small = { dataset, fineTune: { ...fineTune, batch: 64, crop: 64 } };
const large = { dataset, fineTune: { ...fineTune, architecture: 'R50x3', batch: 64 } };

describe('the placement of runs', () => {
  it.each([
    ['gives all cores of a small machine to one worker', [small], 2, 8e9, 1, 2],
    ['gives a worker four threads', [small], 4, 8e9, 1, 4],
    ['divides the cores among workers', [small], 16, 64e9, 4, 4],
    ['leaves no core unused', [small], 18, 64e9, 4, 4],
    ['has fewer workers, with more threads each, if memory is short', [large], 64, 64e9, 3, 21],
    ['goes by the largest run', [small, large], 64, 64e9, 3, 21],
    ['has one worker even if the run may not fit', [large], 8, 1e9, 1, 8],
  ])('%s', (_, planned, cores, memoryBytes, workers, threads) => {
    const placement = placementOf('cpu', [], planned, { cores, memoryBytes });
    expect(placement.slots).toHaveLength(workers);
    expect(placement.threads).toBe(threads);
  });

  it('has one slot per GPU, whatever the processor', () => {
    const placement = placementOf('cuda', [gpu(0), gpu(1)], [large], { cores: 2, memoryBytes: 1e9 });
    expect(placement.slots.map(({ gpu }) => gpu?.uuid)).toEqual(['GPU-0', 'GPU-1']);
    expect(placement.threads).toBeUndefined();
  });
});
