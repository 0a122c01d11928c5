import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheRoot, publishFolder, withLock, writeFileAtomic } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folders-'));
});

describe('publishFolder', () => {
  it('makes the folder with what was put into the staging folder', async () => {
    await publishFolder(join(folder, 'a/b'), (staging) => writeFile(join(staging, 'x'), '1'));
    expect(readFileSync(join(folder, 'a/b/x'), 'utf8')).toBe('1');
  });

  it('does nothing when the folder is there', async () => {
    mkdirSync(join(folder, 'a'));
    await publishFolder(join(folder, 'a'), () => Promise.reject(new Error('not expected to be called')));
    expect(readdirSync(join(folder, 'a'))).toEqual([]);
  });

  it('fills once when several ask at the same time', async () => {
    let fills = 0;
    const fill = async (staging: string): Promise<void> => {
      fills += 1;
      await writeFile(join(staging, 'x'), '1');
    };
    await Promise.all([1, 2, 3].map(() => publishFolder(join(folder, 'a'), fill)));
    expect(fills).toBe(1);
  });

  it('leaves nothing behind when filling fails', async () => {
    await expect(publishFolder(join(folder, 'a'), () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes what an interrupted call left', async () => {
    mkdirSync(join(folder, '.a.staging-old'));
    await publishFolder(join(folder, 'a'), (staging) => writeFile(join(staging, 'x'), '1'));
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    await Promise.all([1, 2].map(() => withLock(join(folder, 'x'), work)));
    expect(most).toBe(1);
  });

  it('is released when the work fails', async () => {
    await expect(withLock(join(folder, 'x'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withLock(join(folder, 'x'), () => Promise.resolve('in'))).resolves.toBe('in');
  });
});

describe('writeFileAtomic', () => {
  it('makes the folder and writes bytes as they are', async () => {
    const file = join(folder, 'deep/file');
    await writeFileAtomic(file, new Uint8Array([9, 0, 255, 8]).subarray(1, 3));
    expect([...readFileSync(file)]).toEqual([0, 255]);
  });

  it('leaves no temporary file', async () => {
    await writeFileAtomic(join(folder, 'file'), 'text');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('says what to do when a file stands in the way', async () => {
    writeFileSync(join(folder, 'occupied'), '');
    await expect(writeFileAtomic(join(folder, 'occupied/file'), '')).rejects.toMatchObject({
      remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
    });
  });
});

describe('cacheRoot', () => {
  it('is the folder the user names', () => {
    expect(cacheRoot({ BIT_REPRO_CACHE: '/somewhere/else' })).toBe('/somewhere/else');
  });

  it('is a folder of our own in the platform’s cache by default', () => {
    expect(cacheRoot({})).toMatch(/bit-repro/);
    expect(existsSync(join(folder, 'bit-repro'))).toBe(false);
  });
});
