import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { create } from 'tar';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { indexTar } from '../../src/ilsvrc/tarIndex.ts';
import { emptyFolder, tarOf } from '../../testing/madeIlsvrc.ts';

beforeEach(() => {
  vi.stubEnv('BIT_REPRO_CACHE', emptyFolder());
  return () => {
    vi.unstubAllEnvs();
  };
});

const longName = `${'x'.repeat(60)}/${'y'.repeat(90)}.txt`;

function filled(files: readonly string[]): string {
  const folder = emptyFolder();
  for (const name of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `content of ${name}`);
  }
  return folder;
}

/** What the archive has of its members at the places that the index names. */
async function contentsOf(tar: string): Promise<Record<string, string>> {
  const bytes = readFileSync(tar);
  const members = await indexTar(tar);
  return Object.fromEntries(
    members.map(({ path, offset, bytes: length }) => [
      path,
      bytes.subarray(offset, offset + length).toString(),
    ]),
  );
}

describe('the index of a tar archive', () => {
  it.each(['gnu', 'pax', 'ustar', 'v7'])(
    'finds every file of one that GNU tar wrote as %s',
    async (format) => {
      const names = format === 'v7' ? ['a.txt', 'b/c.txt'] : ['a.txt', 'b/c.txt', longName];
      const folder = filled(names);
      await execa('tar', [`--format=${format}`, '-cf', 'all.tar', ...names], { cwd: folder });
      expect(await contentsOf(join(folder, 'all.tar'))).toEqual(
        Object.fromEntries(names.map((name) => [name, `content of ${name}`])),
      );
    },
  );

  it('finds every file of one with headers by the standard of POSIX', async () => {
    const folder = filled(['a.txt', longName]);
    create({ cwd: folder, file: join(folder, 'all.tar'), sync: true }, ['a.txt', longName]);
    expect(await contentsOf(join(folder, 'all.tar'))).toMatchObject({ [longName]: `content of ${longName}` });
  });

  it('finds the files of the archives in it', async () => {
    const folder = filled(['one', 'two', 'three']);
    tarOf(folder, ['one', 'two'], join(folder, 'inner.tar'));
    tarOf(folder, ['inner.tar', 'three'], join(folder, 'outer.tar'));
    const contents = await contentsOf(join(folder, 'outer.tar'));
    expect(Object.keys(contents)).toEqual(['inner.tar', 'inner.tar/one', 'inner.tar/two', 'three']);
    expect(contents).toMatchObject({ 'inner.tar/two': 'content of two', three: 'content of three' });
  });

  it('is read from the cache until the archive changes', async () => {
    const folder = filled(['one', 'two']);
    const tar = join(folder, 'all.tar');
    tarOf(folder, ['one'], tar);
    const before = await indexTar(tar);
    expect(await indexTar(tar)).toEqual(before);
    tarOf(folder, ['one', 'two'], tar);
    expect((await indexTar(tar)).map(({ path }) => path)).toEqual(['one', 'two']);
  });
});

describe('a tar archive is refused', () => {
  const archive = (): string => {
    const folder = filled(['one', 'two', 'three']);
    tarOf(folder, ['one', 'two'], join(folder, 'inner.tar'));
    tarOf(folder, ['three', 'inner.tar'], join(folder, 'all.tar'));
    return join(folder, 'all.tar');
  };

  it.each([
    ['in a header', 700],
    ['in a file', 520],
    ['after a file, without the block that ends it', 1024],
    ['before anything', 0],
    ['in an archive in it', 2048],
  ])('that is cut short %s', async (_, bytes) => {
    const tar = archive();
    truncateSync(tar, bytes);
    await expect(indexTar(tar)).rejects.toThrow(`${tar} is cut short, at ${bytes} bytes`);
  });

  it('that has an archive in it which is cut short', async () => {
    const folder = filled(['one']);
    tarOf(folder, ['one'], join(folder, 'inner.tar'));
    truncateSync(join(folder, 'inner.tar'), 1024);
    tarOf(folder, ['inner.tar'], join(folder, 'all.tar'));
    await expect(indexTar(join(folder, 'all.tar'))).rejects.toThrow(
      `inner.tar in ${join(folder, 'all.tar')} is cut short, at 1024 bytes`,
    );
  });

  it('whose headers are damaged', async () => {
    const tar = archive();
    writeFileSync(tar, readFileSync(tar).fill(1, 0, 4));
    await expect(indexTar(tar)).rejects.toThrow(/all\.tar is damaged: a header has a wrong checksum/);
  });
});
