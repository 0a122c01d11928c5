import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cifar100Folder, officialArchive, readCifar100 } from '../src/cifar100.ts';
import { cifar100Classes } from '../src/cifar100Format.ts';
import { imageAt } from '../src/cifarFormat.ts';
import { datasetAtHand, datasets, labelsAtHand, prepareDataset, readRecorded } from '../src/index.ts';
import { sha1Of } from '../src/sha1Of.ts';
import { serveArchive } from './archiveServer.ts';
import { archiveOf, makeCifar100, nested } from './madeCifar100.ts';
import { temporaryFolder } from './temporary.ts';

const made = mkdtempSync(join(tmpdir(), 'cifar100-'));
const inMade = (name: string): string => join(made, nested, name);
let tarball: string;
let sha1: Record<string, string>;
let folder: string;

beforeAll(async () => {
  makeCifar100(made);
  tarball = await archiveOf(made, join(made, 'made.tar.gz'));
  sha1 = sha1Of(
    Object.fromEntries(['train.bin', 'test.bin'].map((name) => [name, readFileSync(inMade(name))])),
  );
});
afterAll(() => {
  rmSync(made, { recursive: true });
});
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A folder with the made files, of which the named ones may be altered. */
function borrow(...altered: string[]): string {
  for (const name of ['train.bin', 'test.bin', 'fine_label_names.txt']) {
    const place = altered.includes(name) ? copyFileSync : symlinkSync;
    place(inMade(name), join(folder, name));
  }
  return folder;
}

it('its classes are a hundred, in alphabetical order', () => {
  expect(new Set(cifar100Classes).size).toBe(100);
  expect([...cifar100Classes].sort()).toEqual(cifar100Classes);
});

describe('the archive of CIFAR-100', () => {
  it('is fetched once, and gives 50,000 and 10,000 images with their fine labels', async () => {
    const archive = await serveArchive(tarball);
    const files = await readCifar100({ cacheRoot: folder, archive });
    expect(sha1Of(files)).toEqual(sha1);
    expect(sha1Of(await readCifar100({ cacheRoot: folder, archive }))).toEqual(sha1);
    expect(archive.requests()).toBe(1);
    expect(readdirSync(join(folder, 'downloads'))).toEqual([]);

    const { train, test } = datasets.cifar100.decode(files);
    expect([train.count, test.count]).toEqual([50_000, 10_000]);
    for (const held of [train, test]) {
      const last = held.count - 1;
      expect([held.labels[0], held.labels[42], held.labels[last]]).toEqual([0, 42, 99]);
      expect([...imageAt(held, 42).subarray(0, 3)]).toEqual([42, 1, 2]);
      expect([...imageAt(held, last).subarray(-3)]).toEqual([99, 1, 2]);
    }
  });

  it('is fetched again if a file in the cache was altered', async () => {
    const archive = await serveArchive(tarball);
    await readCifar100({ cacheRoot: folder, archive });
    const file = join(cifar100Folder(folder), 'test.bin');
    const bytes = readFileSync(file);
    bytes[5_000]! ^= 1;
    writeFileSync(file, bytes);
    const messages: string[] = [];
    const files = await readCifar100({
      cacheRoot: folder,
      archive,
      onMessage: (line) => messages.push(line),
    });
    expect(sha1Of(files)).toEqual(sha1);
    expect(archive.requests()).toBe(2);
    expect(messages).toEqual([
      expect.stringMatching(
        /test\.bin as it came out of the archive .*: replacing the cached copy of CIFAR-100$/u,
      ),
    ]);
  });

  it.each([
    [
      'has another md5',
      async () => ({ ...(await serveArchive(tarball)), md5: officialArchive.md5 }),
      /with md5 03b5dce0/u,
    ],
    ['is not there', () => serveArchive(), /answered 404/u],
  ])('leaves nothing in the cache if it %s, and says what to do', async (_, serve, message) => {
    await expect(readCifar100({ cacheRoot: folder, archive: await serve() })).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringMatching(message) as string,
      remedy: expect.stringContaining('BIT_REPRO_CIFAR100') as string,
    });
    expect(readdirSync(folder)).toEqual(['downloads']);
  });
});

describe('a folder of the user’s', () => {
  it('is read, also as the archive is extracted', async () => {
    expect(sha1Of(await readCifar100({ folder: made }))).toEqual(sha1);
    expect(sha1Of(await readCifar100({ folder: borrow() }))).toEqual(sha1);
  });

  it('gives its own sums, without those of the archive', async () => {
    vi.stubEnv('BIT_REPRO_CIFAR100', borrow());
    const record = await prepareDataset('cifar100');
    expect(record).toEqual({ name: 'cifar100', sha1 });
    expect(await datasetAtHand('cifar100')).toEqual(record);
    expect(await readRecorded(record)).toMatchObject({ files: {} });
    expect((await labelsAtHand(record)).test).toHaveLength(10_000);
  });

  it('that has changed since a run was planned is refused', async () => {
    vi.stubEnv('BIT_REPRO_CIFAR100', borrow('test.bin'));
    const record = await prepareDataset('cifar100');
    const bytes = readFileSync(join(folder, 'test.bin'));
    bytes[5_000]! ^= 1;
    writeFileSync(join(folder, 'test.bin'), bytes);
    await expect(readRecorded(record)).rejects.toThrow(/are not those that the run was planned with/u);
    await expect(labelsAtHand(record)).rejects.toThrow(/are not those that the run was planned with/u);
  });

  it('that is not there leaves the sums open for a plan', async () => {
    vi.stubEnv('BIT_REPRO_CIFAR100', join(folder, 'none'));
    expect(await datasetAtHand('cifar100')).toEqual({ name: 'cifar100', sha1: {} });
  });

  it.each<[string, () => void, RegExp]>([
    [
      'has a file of another size',
      () => {
        borrow('train.bin');
        truncateSync(join(folder, 'train.bin'), 1_000);
      },
      /train\.bin with 153700000 bytes, found 1000/u,
    ],
    [
      'has a label that is no class',
      () => {
        borrow('test.bin');
        const bytes = readFileSync(join(folder, 'test.bin'));
        bytes[2 * 3074 + 1] = 100;
        writeFileSync(join(folder, 'test.bin'), bytes);
      },
      /labels up to 19 and 99 at byte 6148 of .*test\.bin, found 2 and 100/u,
    ],
    [
      'has other classes',
      () => {
        borrow('fine_label_names.txt');
        writeFileSync(
          join(folder, 'fine_label_names.txt'),
          cifar100Classes.join('\n').replace('bee\n', 'wasp\n'),
        );
      },
      /Expected bee as class 6 in .*, found wasp/u,
    ],
    [
      'has more classes',
      () => {
        borrow('fine_label_names.txt');
        appendFileSync(join(folder, 'fine_label_names.txt'), 'yak\n');
      },
      /Expected no more as class 100 in .*, found yak/u,
    ],
    ['is empty', () => undefined, /train\.bin with 153700000 bytes, found no file to read \(ENOENT\)/u],
    [
      'has a folder in place of a file',
      () => {
        mkdirSync(join(folder, 'train.bin'));
      },
      /found no file to read \(EISDIR\)/u,
    ],
  ])('is refused if it %s', async (_, prepare, message) => {
    prepare();
    await expect(readCifar100({ folder })).rejects.toThrow(message);
  });
});

it('files that came out of the published archive are recorded with its md5', async () => {
  vi.stubEnv('BIT_REPRO_CACHE', folder);
  vi.stubEnv('BIT_REPRO_CIFAR100', '');
  const cached = cifar100Folder(folder);
  mkdirSync(cached);
  for (const name of Object.keys(sha1)) symlinkSync(inMade(name), join(cached, name));
  writeFileSync(join(cached, 'extracted.json'), JSON.stringify({ md5: officialArchive.md5, sha1 }));
  const expected = { name: 'cifar100', sha1, archiveMd5: officialArchive.md5 };
  expect(await prepareDataset('cifar100')).toEqual(expected);
  expect(await datasetAtHand('cifar100')).toEqual(expected);
});
