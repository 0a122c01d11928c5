import {
  closeSync,
  copyFileSync,
  existsSync,
  symlinkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { beforeEach, describe, expect, it } from 'vitest';
import { cifar10Folder } from '../src/cifar10.ts';
import { cifar10Classes, cifar10Files } from '../src/cifar10Format.ts';
import { imageAt } from '../src/cifarFormat.ts';
import type { DatasetImages, Labels } from '../src/index.ts';
import { openCifar10 } from './openCifar10.ts';
import { realCifar10 } from './realCifar10.ts';
import { serveArchive } from './archiveServer.ts';
import { temporaryFolder } from './temporary.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const names = Object.keys(cifar10Files);

/** Links to the six files in `target`; the named ones are copies, so that they can be altered. */
function borrowFiles(target: string, ...altered: string[]): void {
  mkdirSync(target, { recursive: true });
  for (const name of names) {
    const place = altered.includes(name) ? copyFileSync : symlinkSync;
    place(join(realCifar10.folder, name), join(target, name));
  }
}

function alterByte(file: string): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Uint8Array.of(255), 0, 1, 5_000);
  closeSync(handle);
}

describe('the real CIFAR-10', () => {
  const { data } = realCifar10;

  it('has 5,000 training and 1,000 test images of each class', () => {
    const counts = (labels: Labels): number[] =>
      cifar10Classes.map((_, label) => labels.filter((value) => value === label).length);
    expect(counts(data.train.labels)).toEqual(new Array(10).fill(5000));
    expect(counts(data.test.labels)).toEqual(new Array(10).fill(1000));
  });

  // Read with NumPy from the same files.
  it.each([
    ['train', 0, 'frog', [59, 62, 63], [123, 92, 72]],
    ['train', 49_999, 'automobile', [229, 229, 239], [163, 163, 161]],
    ['test', 0, 'cat', [158, 112, 49], [21, 67, 110]],
    ['test', 9_999, 'horse', [73, 78, 75], [27, 26, 26]],
  ] as const)(
    'has in %s at index %i a %s with these first and last pixels',
    (part, index, name, first, last) => {
      const image = imageAt(data[part], index);
      expect(cifar10Classes[data[part].labels[index]!]).toBe(name);
      expect([...image.subarray(0, 3)]).toEqual(first);
      expect([...image.subarray(-3)]).toEqual(last);
    },
  );

  it('can be opened from a folder with the extracted archive', async () => {
    borrowFiles(join(folder, 'cifar-10-batches-bin'));
    const { test } = await openCifar10({ folder });
    expect(test.count).toBe(10_000);
  });

  it('is refused as an archive file, with a remedy', async () => {
    const file = join(folder, 'cifar-10-binary.tar.gz');
    writeFileSync(file, '');
    await expect(openCifar10({ folder: file })).rejects.toMatchObject({
      message: `${file} is a file, not a folder with the six files of the binary version of CIFAR-10`,
      remedy: 'Unpack it and name the resulting folder.',
    });
  });

  it('is refused if one byte of a file in the user’s folder was altered', async () => {
    borrowFiles(folder, 'data_batch_3.bin');
    alterByte(join(folder, 'data_batch_3.bin'));
    await expect(openCifar10({ folder })).rejects.toThrow(/data_batch_3\.bin .* found SHA-1/);
  });
});

describe('an altered copy in the cache', () => {
  it('is replaced once, however many callers ask, and leaves nothing else', async () => {
    const file = join(folder, 'cifar.tar');
    await create({ file, cwd: realCifar10.folder, prefix: 'cifar-10-batches-bin' }, names);
    const archive = await serveArchive(file);
    const cacheRoot = join(folder, 'cache');
    borrowFiles(cifar10Folder(cacheRoot), 'test_batch.bin');
    alterByte(join(cifar10Folder(cacheRoot), 'test_batch.bin'));

    const messages: string[] = [];
    const onMessage = (line: string): void => void messages.push(line);
    const open = (): Promise<DatasetImages> =>
      openCifar10({ cacheRoot, source: 'archive', archive, onMessage });
    const opened = await Promise.all([open(), open()]);

    expect(opened.map(({ train }) => train.count)).toEqual([50_000, 50_000]);
    expect(messages).toEqual([
      expect.stringMatching(/test_batch\.bin .* found SHA-1 .*: replacing the cached copy of CIFAR-10$/),
    ]);
    expect(archive.requests()).toBe(1);
    expect(readdirSync(cifar10Folder(cacheRoot)).sort()).toEqual([...names].sort());
    expect(readdirSync(cacheRoot).sort()).toEqual(['cifar10', 'downloads']);
    expect(readdirSync(join(cacheRoot, 'downloads'))).toEqual([]);
  });

  it('is not replaced if it cannot be read', async () => {
    const cached = cifar10Folder(folder);
    borrowFiles(cached);
    const file = join(cached, 'data_batch_2.bin');
    rmSync(file);
    symlinkSync(file, file);
    const archive = await serveArchive();
    await expect(openCifar10({ cacheRoot: folder, source: 'archive', archive })).rejects.toMatchObject({
      name: 'OutsideError',
      message: `Could not read ${file} (ELOOP)`,
    });
    expect(archive.requests()).toBe(0);
    expect(readdirSync(cached).sort()).toEqual([...names].sort());
  });

  it('is not used if it cannot be replaced', async () => {
    borrowFiles(cifar10Folder(folder));
    rmSync(join(cifar10Folder(folder), 'data_batch_1.bin'));
    const archive = await serveArchive();
    await expect(openCifar10({ cacheRoot: folder, source: 'archive', archive })).rejects.toThrow(
      'answered 404',
    );
    expect(existsSync(cifar10Folder(folder))).toBe(true);
  });
});

describe('a source that fails', () => {
  it('is reported with its reason and leaves nothing in the cache', async () => {
    const archive = await serveArchive();
    const opening = openCifar10({ cacheRoot: folder, source: 'archive', archive });
    await expect(opening).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringContaining('answered 404') as string,
      remedy: expect.stringContaining(cifar10Folder(folder)) as string,
    });
    expect(readdirSync(folder)).toEqual(['downloads']);
  });

  it.each([
    ['is empty', (): void => undefined, /data_batch_1\.bin with 30730000 bytes, found no file .*ENOENT/],
    [
      'has other content in a file of that name',
      (): void => {
        writeFileSync(join(folder, 'data_batch_1.bin'), 'short');
      },
      /found 5 bytes/,
    ],
    [
      'has a folder of that name',
      (): void => {
        mkdirSync(join(folder, 'data_batch_1.bin'));
      },
      /found no file .*EISDIR/,
    ],
  ])('CIFAR-10 is refused if the user’s folder %s', async (_, prepare, message) => {
    prepare();
    await expect(openCifar10({ folder })).rejects.toThrow(message);
  });
});
