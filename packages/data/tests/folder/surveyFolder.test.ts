import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { describe, expect, it } from 'vitest';
import { surveyFolder } from '../../src/folder/surveyFolder.ts';
import { madeFolder } from './madeFolder.ts';

const names = (images: readonly { name: string }[]): string[] => images.map(({ name }) => name);
const twenty = ['cat', 'dog'].flatMap((own) =>
  Array.from({ length: 10 }, (_, index) => `${own}/${index}.jpg`),
);

describe('a folder with train and test', () => {
  it('has its classes and images in natural order', async () => {
    const folder = madeFolder([
      'train/class 10/b.png',
      'train/class 2/10.jpg',
      'train/class 2/9.JPEG',
      'test/class 2/x.webp',
      'test/class 10/y.jpg',
    ]);
    const { title, classes, train, test } = await surveyFolder(folder);
    expect({ title, classes }).toEqual({ title: 'photos', classes: ['class 2', 'class 10'] });
    expect(names(train)).toEqual(['train/class 2/9.JPEG', 'train/class 2/10.jpg', 'train/class 10/b.png']);
    expect(train.map(({ label }) => label)).toEqual([0, 0, 1]);
    expect(test.map(({ label }) => label)).toEqual([0, 1]);
  });

  it.each(['val', 'validation'])('may call its test images %s', async (name) => {
    const folder = madeFolder(['train/a/1.jpg', 'train/b/1.jpg', `${name}/a/2.jpg`, `${name}/b/2.jpg`]);
    expect(names((await surveyFolder(folder)).test)).toEqual([`${name}/a/2.jpg`, `${name}/b/2.jpg`]);
  });

  it('leaves out hidden files and files that are not images', async () => {
    const folder = madeFolder([
      'train/a/1.jpg',
      'train/a/.DS_Store',
      'train/a/notes.txt',
      'train/b/1.jpg',
      'test/a/1.jpg',
      'test/b/1.jpg',
    ]);
    expect(names((await surveyFolder(folder)).train)).toEqual(['train/a/1.jpg', 'train/b/1.jpg']);
  });

  it('follows links to images', async () => {
    const folder = madeFolder(['train/a/1.jpg', 'train/b/1.jpg', 'test/a/1.jpg', 'test/b/1.jpg']);
    symlinkSync('../a/1.jpg', join(folder, 'train/b/2.jpg'));
    expect(names((await surveyFolder(folder)).train)).toContain('train/b/2.jpg');
  });
});

describe('a folder of classes alone', () => {
  it('has a fifth of each class held out, at least one image', async () => {
    const { train, test } = await surveyFolder(madeFolder([...twenty, 'eel/1.png', 'eel/2.png']));
    const counts = (images: readonly { label: number }[]): number[] =>
      [0, 1, 2].map((label) => images.filter((image) => image.label === label).length);
    expect([counts(train), counts(test)]).toEqual([
      [8, 8, 1],
      [2, 2, 1],
    ]);
    expect(new Set([...names(train), ...names(test)]).size).toBe(22);
  });

  it('has the images held out that the seed draws', async () => {
    const folder = madeFolder(twenty);
    const drawn = async (seed: number): Promise<string[]> =>
      names((await surveyFolder(folder, { share: 0.5, seed })).test);
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
    expect(await drawn(1)).toHaveLength(10);
  });
});

describe('a folder is refused', () => {
  const good = ['train/a/1.jpg', 'train/b/1.jpg', 'test/a/1.jpg', 'test/b/1.jpg'];
  it.each<[string, string[], RegExp]>([
    ['with an empty class', [...good, 'train/c/.keep', 'test/c/1.jpg'], /class train\/c has no image/],
    [
      'with a class in train and not in test',
      [...good, 'train/c/1.jpg'],
      /class c is in .*train, but not in .*test/,
    ],
    [
      'with a class in test and not in train',
      [...good, 'test/c/1.jpg'],
      /class c is in .*test, but not in .*train/,
    ],
    [
      'with a TIFF among its images',
      [...good, 'train/a/scan.TIFF'],
      /scan\.TIFF is an image in a format that is not read/,
    ],
    [
      'with a folder inside a class',
      [...good, 'train/a/more/2.jpg'],
      /class train\/a has a folder in it: more/,
    ],
    [
      'with train but no test images',
      good.slice(0, 2),
      /has a folder train, but none of test, val, validation/,
    ],
    ['with a single class', ['a/1.jpg', 'a/2.jpg'], /the class a alone/],
    ['without classes', ['1.jpg'], /no folder of a class/],
    ['with nothing to hold out', ['a/1.jpg', 'b/1.jpg', 'b/2.jpg'], /class a has a single image/],
  ])('%s', async (_, files, message) => {
    const refused = await surveyFolder(madeFolder(files)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect((refused as Error).message).toMatch(message);
  });

  it('that is a zip file', async () => {
    const folder = madeFolder(['photos.zip']);
    await expect(surveyFolder(join(folder, 'photos.zip'))).rejects.toThrow(
      /is an archive, not a folder of images/,
    );
  });

  it('that does not exist', async () => {
    await expect(surveyFolder('/nowhere/photos')).rejects.toThrow('There is no folder /nowhere/photos');
  });

  it('with a share to hold out beside test images', async () => {
    await expect(surveyFolder(madeFolder(good), { share: 0.1, seed: 0 })).rejects.toThrow(
      /has images to test on in test/,
    );
  });

  it.each([
    ['to itself', 'loop.jpg', 'loop.jpg', /leads back to itself/],
    ['to nothing', 'lost.jpg', 'gone.jpg', /leads nowhere/],
    ['to a folder above', 'up.jpg', '../..', /has a folder in it: up.jpg/],
  ])('with a symbolic link %s', async (_, link, to, message) => {
    const folder = madeFolder(good);
    symlinkSync(to, join(folder, 'train/a', link));
    await expect(surveyFolder(folder)).rejects.toThrow(message);
  });

  it('with a file name that is not UTF-8', async () => {
    const folder = madeFolder(good);
    const name = Buffer.concat([
      Buffer.from(join(folder, 'train/a/caf')),
      Buffer.from([0xe9]),
      Buffer.from('.jpg'),
    ]);
    writeFileSync(name, '');
    await expect(surveyFolder(folder)).rejects.toThrow(/not UTF-8: "café\.jpg"/);
  });

  it('that has classes which are empty folders', async () => {
    const folder = madeFolder([]);
    mkdirSync(join(folder, 'a'));
    mkdirSync(join(folder, 'b'));
    await expect(surveyFolder(folder)).rejects.toThrow(/The class a has no image/);
  });
});
