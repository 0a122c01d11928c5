import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheRoot, digestFile, publishFolder, replaceFile, writeFileAtomic } from '../src/index.ts';
import { asOrdinaryUser } from './ordinaryUser.ts';
import { temporaryFolder } from './temporary.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const fillWith =
  (text: string) =>
  (staging: string): Promise<void> =>
    writeFile(join(staging, 'x'), text);
const notCalled = (): Promise<void> => Promise.reject(new Error('not expected to be called'));

describe('publishFolder', () => {
  it('creates the folder with the content of the staging folder', async () => {
    await publishFolder(join(folder, 'a/b'), fillWith('1'));
    expect(readFileSync(join(folder, 'a/b/x'), 'utf8')).toBe('1');
  });

  it('shows nothing of the folder while it is being filled', async () => {
    await publishFolder(join(folder, 'a'), async (staging) => {
      await fillWith('1')(staging);
      expect(existsSync(join(folder, 'a'))).toBe(false);
    });
  });

  it('leaves nothing of a folder whose filling was interrupted', async () => {
    const stop = new AbortController();
    const fill = async (staging: string, signal: AbortSignal): Promise<void> => {
      await fillWith('1')(staging);
      stop.abort(new Error('stopped by the user'));
      expect(signal.aborted).toBe(true);
    };
    const publishing = publishFolder(join(folder, 'a'), fill, { signal: stop.signal });
    await expect(publishing).rejects.toThrow('stopped by the user');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does nothing if the folder exists', async () => {
    mkdirSync(join(folder, 'a'));
    await publishFolder(join(folder, 'a'), notCalled);
    expect(readdirSync(join(folder, 'a'))).toEqual([]);
  });

  it('replaces a folder that is not to be kept, and leaves nothing of it', async () => {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/y'), 'altered');
    await publishFolder(join(folder, 'a'), fillWith('1'), { keep: () => Promise.resolve(false) });
    expect(readdirSync(join(folder, 'a'))).toEqual(['x']);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('keeps a folder that is to be replaced until the new one is complete', async () => {
    mkdirSync(join(folder, 'a'));
    await expect(
      publishFolder(join(folder, 'a'), notCalled, { keep: () => Promise.resolve(false) }),
    ).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('fills once if several callers ask at the same time', async () => {
    let fills = 0;
    const fill = async (staging: string): Promise<void> => {
      fills += 1;
      await fillWith('1')(staging);
    };
    await Promise.all([1, 2, 3].map(() => publishFolder(join(folder, 'a'), fill)));
    expect(fills).toBe(1);
  });

  it('replaces once if several callers find the same folder altered', async () => {
    mkdirSync(join(folder, 'a'));
    const keep = (target: string): Promise<boolean> => Promise.resolve(existsSync(join(target, 'x')));
    let fills = 0;
    const fill = async (staging: string): Promise<void> => {
      fills += 1;
      await fillWith('1')(staging);
    };
    await Promise.all([1, 2, 3].map(() => publishFolder(join(folder, 'a'), fill, { keep })));
    expect(fills).toBe(1);
  });

  it('leaves nothing behind if filling fails', async () => {
    await expect(publishFolder(join(folder, 'a'), () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes leftovers of an interrupted call first', async () => {
    mkdirSync(join(folder, '.a.staging-old'));
    await publishFolder(join(folder, 'a'), async (staging) => {
      expect(readdirSync(folder)).not.toContain('.a.staging-old');
      await fillWith('1')(staging);
    });
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('fails at once with a remedy if the cache is read-only', async () => {
    mkdirSync(join(folder, 'cache'));
    chmodSync(join(folder, 'cache'), 0o555);
    await expect(
      asOrdinaryUser(folder, () => publishFolder(join(folder, 'cache/a'), fillWith('1'))),
    ).rejects.toMatchObject({
      message: `Could not lock ${join(folder, 'cache/a')} (EACCES)`,
      remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
    });
  });

  it('needs no lock in a read-only cache that has the folder', async () => {
    mkdirSync(join(folder, 'cache/a'), { recursive: true });
    chmodSync(join(folder, 'cache'), 0o555);
    await asOrdinaryUser(folder, () => publishFolder(join(folder, 'cache/a'), notCalled));
  });
});

describe('writeFileAtomic', () => {
  it('creates the folder and writes bytes unchanged', async () => {
    const file = join(folder, 'deep/file');
    await writeFileAtomic(file, new Uint8Array([9, 0, 255, 8]).subarray(1, 3));
    expect([...readFileSync(file)]).toEqual([0, 255]);
  });

  it('replaces the old file and leaves no temporary one', async () => {
    await writeFileAtomic(join(folder, 'file'), 'old');
    await writeFileAtomic(join(folder, 'file'), 'new');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves one complete file if several callers write at the same time', async () => {
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
    await Promise.all(texts.map((text) => writeFileAtomic(join(folder, 'file'), text)));
    expect(texts).toContain(readFileSync(join(folder, 'file'), 'utf8'));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('writes a stream to a temporary name beside the file', async () => {
    let whileWriting: string[] = [];
    async function* pieces(): AsyncGenerator<string> {
      yield 'one ';
      await Promise.resolve();
      whileWriting = readdirSync(folder);
      yield 'two';
    }
    await writeFileAtomic(join(folder, 'file'), pieces());
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('one two');
    expect(whileWriting).toEqual([
      expect.stringMatching(/^\.file\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    ]);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('keeps the old file if the stream fails, and leaves no temporary one', async () => {
    writeFileSync(join(folder, 'file'), 'old');
    const failing = Readable.from(
      (function* (): Generator<string> {
        yield 'new';
        throw new Error('no more');
      })(),
    );
    await expect(writeFileAtomic(join(folder, 'file'), failing)).rejects.toThrow('no more');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each([
    ['writeFileAtomic', writeFileAtomic],
    ['replaceFile', replaceFile],
  ])('keeps the old file if it is interrupted by %s', async (_, write) => {
    writeFileSync(join(folder, 'file'), 'old');
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        await Promise.resolve();
        yield 'new';
        stop.abort(new Error('stopped by the user'));
      }
    }
    const writing = write(join(folder, 'file'), endless(), stop.signal);
    await expect(writing).rejects.toThrow('stopped by the user');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('explains that a name is too long with the suffix of its temporary file', async () => {
    await expect(writeFileAtomic(join(folder, 'x'.repeat(218)), '')).rejects.toMatchObject({
      message: expect.stringContaining('(ENAMETOOLONG)') as string,
      remedy: expect.stringContaining('Choose a shorter one') as string,
    });
  });

  it('leaves no temporary file if a folder has the name', async () => {
    mkdirSync(join(folder, 'file'));
    await expect(writeFileAtomic(join(folder, 'file'), 'text')).rejects.toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('explains that a file is in the place of its folder', async () => {
    writeFileSync(join(folder, 'occupied'), '');
    await expect(writeFileAtomic(join(folder, 'occupied/file'), '')).rejects.toMatchObject({
      remedy: expect.stringContaining('Move it away') as string,
    });
  });
});

it.each([
  ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['md5', '900150983cd24fb0d6963f7d28e17f72'],
] as const)('digestFile gives the published %s of "abc"', async (algorithm, digest) => {
  writeFileSync(join(folder, 'abc'), 'abc');
  await expect(digestFile(join(folder, 'abc'), algorithm)).resolves.toBe(digest);
});

describe('cacheRoot', () => {
  it.each([
    ['BIT_REPRO_CACHE', { BIT_REPRO_CACHE: '/somewhere/else' }, /^\/somewhere\/else$/],
    ['the platform’s cache folder by default', {}, /bit-repro/],
    ['the platform’s cache folder when the variable is empty', { BIT_REPRO_CACHE: '' }, /bit-repro/],
  ])('is %s', (_, environment, expected) => {
    expect(cacheRoot(environment)).toMatch(expected);
  });
});
