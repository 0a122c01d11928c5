import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImagePool } from '@bit-repro/images';
import { encode } from 'fast-png';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openMaterial } from '../../src/openMaterial.ts';
import { datasetAtHand } from '../../src/prepareDataset.ts';
import { readRecorded } from '../../src/readRecorded.ts';
import { describeImages } from '../../src/surveyed/surveyedDataset.ts';
import { madeFolder } from './madeFolder.ts';

const names = ['train/a/1.png', 'train/a/2.png', 'train/b/1.png', 'test/a/1.png', 'test/b/1.png'];
const picture = (width: number): Uint8Array =>
  encode({ width, height: 4, data: new Uint8Array(width * 12), channels: 3 });

let folder: string;
beforeEach(() => {
  vi.stubEnv('BIT_REPRO_CACHE', madeFolder([]));
  folder = madeFolder(names.map((name, index) => [name, picture(3 + index)]));
  return () => {
    vi.unstubAllEnvs();
  };
});

const recorded = async () => datasetAtHand(await describeImages({ folder }));
const trusting = { trustsTraining: true };
const planned = /are not those that the run was planned with/;

describe('a worker that does not look at each training image', () => {
  it('notices one that has changed when it reads it, and reads the others', async () => {
    const record = await recorded();
    await writeFile(join(folder, names[1]!), picture(30));
    const material = await readRecorded(record, trusting);
    const { train } = openMaterial(record, material, new ImagePool({ threads: 0 }));
    expect(await train.read([0, 2], 2)).toHaveLength(2 * 12);
    await expect(train.read([1], 2)).rejects.toThrow(/train\/a\/2\.png has changed/);
    await expect(readRecorded(record)).rejects.toThrow(planned);
  });

  it.each<[string, () => Promise<void>]>([
    ['a changed test image', () => writeFile(join(folder, names[4]!), picture(30))],
    ['a training image more', () => writeFile(join(folder, 'train/b/2.png'), picture(30))],
    ['a training image less', () => rm(join(folder, names[1]!))],
  ])('refuses %s at once', async (_, change) => {
    const record = await recorded();
    await change();
    await expect(readRecorded(record, trusting)).rejects.toThrow(planned);
  });

  it('looks at all where what is remembered is older than what was planned', async () => {
    await recorded();
    const old = process.env.BIT_REPRO_CACHE!;
    await writeFile(join(folder, names[1]!), picture(30));
    vi.stubEnv('BIT_REPRO_CACHE', madeFolder([]));
    const record = await recorded();
    vi.stubEnv('BIT_REPRO_CACHE', old);
    expect(await readRecorded(record, trusting)).toEqual(await readRecorded(record));
  });

  it('reads all where nothing is remembered', async () => {
    const record = await recorded();
    vi.stubEnv('BIT_REPRO_CACHE', madeFolder([]));
    expect(await readRecorded(record, trusting)).toEqual(await readRecorded(record));
  });
});
