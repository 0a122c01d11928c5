import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { exportImages } from '../src/exportImages.ts';
import { openDataset } from '../src/datasetSources.ts';
import { surveyFolder } from '../src/folder/surveyFolder.ts';
import { madeFolder } from './folder/madeFolder.ts';

describe('exported images', () => {
  it('are a folder of a data set, with the same pixels', async () => {
    const folder = join(madeFolder([]), 'cifar');
    expect(await exportImages('cifar10', folder, { train: 2, test: 3 })).toBe(50);
    const { classes, train, test } = await surveyFolder(folder);
    expect(classes).toEqual([...classes].sort());
    expect([train.length, test.length]).toEqual([20, 30]);
    const data = await openDataset('cifar10');
    for (const [part, images] of [
      ['train', train],
      ['test', test],
    ] as const) {
      for (const { file, name, label } of images) {
        const index = Number(/(\d+)\.png$/.exec(name)![1]);
        expect(data[part].labels[index]).toBe(label);
        expect(decode(await readFile(file)).data).toEqual((await data[part].read([index])).slice());
      }
    }
  });

  it('do not replace what is there', async () => {
    const folder = madeFolder(['mine.txt']);
    await expect(exportImages('cifar10', folder)).rejects.toThrow(`${folder} exists already`);
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('mine.txt');
  });
});
