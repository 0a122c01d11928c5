import { rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { join } from 'node:path';
import { ImagePool } from '@bit-repro/images';
import { openListed } from '../src/openListed.ts';
import { identifyImages, type ImagePlace } from '../src/surveyed/surveyedDataset.ts';
import {
  addDevkit,
  asArchives,
  asFolders,
  emptyFolder,
  madeIlsvrc,
  type MadeIlsvrc,
  wnids,
} from '../testing/madeIlsvrc.ts';

beforeEach(() => {
  vi.stubEnv('BIT_REPRO_CACHE', emptyFolder());
  return () => {
    vi.unstubAllEnvs();
  };
});

const made: MadeIlsvrc = await madeIlsvrc(wnids.slice(0, 3));
const asOne = (folder: string): ImagePlace => ({ folder, layout: 'ilsvrc2012' });

describe('images that are listed alone', () => {
  it.each([
    ['archives', asArchives],
    ['folders', asFolders],
  ])('have the pixels of those that are identified, in %s', async (_, write) => {
    const folder = write(made);
    addDevkit(folder, made);
    const { data, classCount, title } = await openListed(asOne(folder));
    expect([title, classCount, data.train.count, data.test.count]).toEqual([
      'a part of ILSVRC-2012',
      3,
      6,
      3,
    ]);
    const { train } = await identifyImages(asOne(folder));
    const pool = new ImagePool({ threads: 0 });
    expect(await data.train.read([4, 1], 8)).toEqual(await pool.read([train[4]!, train[1]!], 8));
    expect([...data.train.labels]).toEqual(train.map(({ label }) => label));
  });

  it('are read when they are asked for: a broken one does not keep others from being scored', async () => {
    const folder = asFolders(made);
    writeFileSync(join(folder, 'train', wnids[0]!, `${wnids[0]!}_2.JPEG`), 'no image');
    const { train, test } = (await openListed(asOne(folder))).data;
    expect(await test.read([0, 1, 2], 8)).toHaveLength(3 * 8 * 8 * 3);
    await expect(train.read([0], 8)).rejects.toThrow(`train/${wnids[0]!}/${wnids[0]!}_2.JPEG`);
  });

  it.each([
    ['in folders of classes', {}],
    ['side by side', { isFlat: true }],
  ])('need no training images where the validation images are %s', async (_, layout) => {
    const folder = asFolders(made, layout);
    addDevkit(folder, made);
    const all = (await openListed(asOne(folder))).data;
    rmSync(join(folder, 'train'), { recursive: true });
    const { data, classCount } = await openListed(asOne(folder));
    expect([classCount, data.train.count]).toEqual([3, 0]);
    expect(data.test.labels).toEqual(all.test.labels);
    expect(await data.test.read([2, 0], 8)).toEqual(await all.test.read([2, 0], 8));
  });

  it('are refused where nothing tells the classes of the validation images', async () => {
    const folder = asFolders(made, { isFlat: true });
    rmSync(join(folder, 'train'), { recursive: true });
    await expect(openListed(asOne(folder))).rejects.toThrow(/no ILSVRC2012_devkit_t12 to tell them/);
  });

  it('are said to be a part of a data set, where they are one', async () => {
    const lines: string[] = [];
    await openListed(asOne(asFolders(made)), { onMessage: (line) => lines.push(line) });
    expect(lines).toEqual([expect.stringMatching(/^Warning: .* has 3 of the 1,000 classes of ILSVRC-2012/)]);
  });
});
