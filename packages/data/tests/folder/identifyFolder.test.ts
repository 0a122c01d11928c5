import { rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { datasetAtHand, prepareDataset, prepareRecorded } from '../../src/prepareDataset.ts';
import { labelsAtHand, readRecorded } from '../../src/readRecorded.ts';
import { describeImages, identifyImages } from '../../src/surveyed/surveyedDataset.ts';
import { madeFolder } from './madeFolder.ts';

const files = ['train/a/1.jpg', 'train/a/2.jpg', 'train/b/1.jpg', 'test/a/1.jpg', 'test/b/1.jpg'];
const picture = (width: number, height: number): Uint8Array =>
  encode({ width, height, data: new Uint8Array(width * height * 3), channels: 3 });
const manifestOf = async (folder: string): Promise<string> => (await identifyImages({ folder })).manifest;

beforeEach(() => {
  vi.stubEnv('BIT_REPRO_CACHE', madeFolder([]));
  return () => {
    vi.unstubAllEnvs();
  };
});

describe('the manifest of a folder', () => {
  it('is that of another folder with the same images', async () => {
    expect(await manifestOf(madeFolder(files))).toBe(await manifestOf(madeFolder(files)));
  });

  it.each<[string, Parameters<typeof madeFolder>[0]]>([
    ['a changed image', [...files.slice(1), ['train/a/1.jpg', 'another']]],
    ['a further image', [...files, 'train/b/2.jpg']],
    ['an image in another class', [...files.slice(1), ['train/b/0.jpg', 'train/a/1.jpg']]],
    ['a renamed class', files.map((name): [string, string] => [name.replace('/b/', '/c/'), name])],
  ])('is another one with %s', async (_, changed) => {
    expect(await manifestOf(madeFolder(changed))).not.toBe(await manifestOf(madeFolder(files)));
  });

  it('follows a file that was changed after it was read', async () => {
    const folder = madeFolder(files);
    const before = await manifestOf(folder);
    await writeFile(join(folder, files[0]!), 'train/x/1.jpg');
    expect(await manifestOf(folder)).not.toBe(before);
  });

  it('is taken from what was read before if no file has changed', async () => {
    const folder = madeFolder(files);
    const before = await identifyImages({ folder });
    const cached = await identifyImages({ folder });
    expect(cached).toEqual(before);
  });

  it('needs no place to remember files', async () => {
    const folder = madeFolder(files);
    const before = await manifestOf(folder);
    vi.stubEnv('BIT_REPRO_CACHE', join(folder, files[0]!));
    expect(await manifestOf(folder)).toBe(before);
  });

  it('is the same after a file was touched', async () => {
    const folder = madeFolder(files);
    const before = await manifestOf(folder);
    await utimes(join(folder, files[0]!), 1, 1);
    expect(await manifestOf(folder)).toBe(before);
  });
});

it('test images that are training images, too, are counted and named', async () => {
  const folder = madeFolder([...files, ['test/a/9.jpg', 'train/a/2.jpg']]);
  const messages: string[] = [];
  const { inBoth } = await identifyImages({ folder }, { onMessage: (line) => messages.push(line) });
  expect(inBoth).toBe(1);
  expect(messages).toEqual([
    `Warning: 1 test image of ${folder} is a training image, too: first test/a/9.jpg`,
  ]);
});

const pictures = files.map((name, index): [string, Uint8Array] => [name, picture(3 + index, 4)]);
const recorded = async (folder: string) => datasetAtHand(await describeImages({ folder }));

describe('a recorded folder', () => {
  it('has the classes, the counts and the typical size of its images', async () => {
    expect(await recorded(madeFolder(pictures))).toMatchObject({
      title: 'photos',
      classCount: 2,
      trainingImages: 3,
      smallestClass: 1,
      testImages: 2,
      imageSize: { height: 4, width: 4 },
    });
  });

  it('gives its images and their labels', async () => {
    const record = await recorded(madeFolder(pictures));
    expect(await labelsAtHand(record)).toEqual({ train: Uint8Array.of(0, 0, 1), test: Uint8Array.of(0, 1) });
    const { manifest } = await identifyImages({ folder: 'folder' in record ? record.folder : '' });
    expect(await readRecorded(record)).toMatchObject({ images: { manifest } });
  });

  it('is refused where an image has no size', async () => {
    const folder = madeFolder([...pictures, ['train/a/0.jpg', 'not an image']]);
    await expect(describeImages({ folder })).rejects.toThrow(
      'Expected a JPEG, PNG or WebP image in train/a/0.jpg',
    );
  });

  it('is refused where an image has changed', async () => {
    const folder = madeFolder(pictures);
    const record = await recorded(folder);
    await rename(join(folder, files[0]!), join(folder, 'train/a/3.jpg'));
    await expect(readRecorded(record)).rejects.toThrow(/are not those that the run was planned with/);
  });
});

describe('preparing a folder', () => {
  it('looks at each file once, decodes it, and returns what is known of it', async () => {
    const folder = madeFolder(pictures);
    const ref = await describeImages({ folder });
    const progress: string[] = [];
    const record = await prepareDataset(ref, { onProgress: ({ label }) => progress.push(label) });
    expect(record).toEqual(await datasetAtHand(ref));
    expect(progress).toEqual([`images of ${folder}`, `decoding ${folder}`]);
  });

  describe.each<[string, (folder: string) => Promise<unknown>]>([
    ['for new runs', async (folder) => prepareDataset(await describeImages({ folder }))],
    ['for runs that were planned', async (folder) => prepareRecorded(await recorded(folder))],
  ])('%s', (_, prepare) => {
    it.each([
      ['training', 'train/b/1.jpg'],
      ['test', 'test/b/1.jpg'],
    ])('fails where a %s image is cut short', async (__, broken) => {
      const cut = pictures.map(([name, bytes]): [string, Uint8Array] => [
        name,
        name === broken ? bytes.subarray(0, bytes.length - 20) : bytes,
      ]);
      await expect(prepare(madeFolder(cut))).rejects.toThrow(`Could not decode ${broken}`);
    });
  });

  it('decodes nothing that was sound before it was cut off', async () => {
    const many = Array.from({ length: 100 }, (_, index): [string, Uint8Array] => [
      `train/a/1${index}.jpg`,
      picture(5, 6 + index),
    ]);
    const folder = madeFolder([...pictures, ...many]);
    const record = await recorded(folder);
    const stop = new AbortController();
    const decoded: { done: number; total?: number }[] = [];
    const onProgress = (one: { label: string; done: number; total?: number }): void => {
      if (one.label === `decoding ${folder}`) decoded.push(one);
      if (one.label === `decoding ${folder}` && one.done > 0) stop.abort();
    };
    await expect(prepareRecorded(record, { onProgress, signal: stop.signal })).rejects.toThrow();
    await prepareRecorded(record, { onProgress });
    expect(decoded.map(({ done, total }) => [done, total])).toEqual([
      [0, 105],
      [64, 105],
      [0, 41],
    ]);
  });

  it('decodes nothing again', async () => {
    const folder = madeFolder(pictures);
    const record = await recorded(folder);
    await prepareRecorded(record);
    const progress: unknown[] = [];
    await prepareRecorded(record, { onProgress: (one) => progress.push(one.label) });
    expect(progress).not.toContain(`decoding ${folder}`);
  });
});
