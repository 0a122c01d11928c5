import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { packedName } from '@bit-repro/artifacts';
import { describeCode } from '../../src/provenance/code.ts';
import { digestsOf, readPacked, sha256OfAll } from '../../src/provenance/packed.ts';

const commit = 'c'.repeat(40);
let folder: string;
const write = (file: string, content: string): void => {
  writeFileSync(join(folder, file), content);
};
function pack(isClean = true): void {
  const files = digestsOf(folder, ['a.ts', 'b.ts']);
  const packed = { name: 'bit-repro', version: '1.2.3', commit, isClean, sha256: sha256OfAll(files), files };
  write(packedName, JSON.stringify(packed));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  write('a.ts', 'one');
  write('b.ts', 'two');
});

describe('the code of a package', () => {
  // The output of `sha256sum a.ts b.ts | sha256sum`.
  const sha256 = '36ab306ff67f93c844ab2ec37c9ee30c1561ed07961a82e3d8dbb9e3824bbd6e';

  it('is known by its version, the digest of its files and the commit that was packed', async () => {
    pack();
    write('other.txt', 'not of the package');
    expect(await describeCode([], folder)).toEqual({
      git: { sha: commit, dirty: false, untracked: [] },
      package: { name: 'bit-repro', version: '1.2.3', sha256 },
    });
  });

  it.each<[string, () => void]>([
    [
      'changed',
      () => {
        write('b.ts', 'three');
      },
    ],
    [
      'removed',
      () => {
        rmSync(join(folder, 'b.ts'));
      },
    ],
  ])('is of no known commit when a file was %s', async (_, alter) => {
    pack();
    alter();
    expect(readPacked(folder)!.altered).toEqual(['b.ts']);
    expect(await describeCode([], folder)).toMatchObject({
      git: { unknown: 'files of bit-repro 1.2.3 were altered: b.ts' },
      package: { sha256 },
    });
  });

  it('is of no known commit when it was packed with uncommitted changes', async () => {
    pack(false);
    expect(await describeCode([], folder)).toMatchObject({
      git: { unknown: 'bit-repro 1.2.3 was packed with uncommitted changes' },
    });
  });
});

it('a clone is not from a package', () => {
  expect(readPacked(folder)).toBeUndefined();
});
