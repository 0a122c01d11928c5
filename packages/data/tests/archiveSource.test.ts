import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, Header } from 'tar';
import { beforeEach, describe, expect, it } from 'vitest';
import { extractRecords } from '../src/archiveSource.ts';
import { cifar10Members } from '../src/cifar10.ts';
import { cifar10Files } from '../src/cifar10Format.ts';
import { temporaryFolder } from './temporary.ts';

const place = 'cifar-10-batches-bin';
const names = Object.keys(cifar10Files);
let folder: string;
let out: string;
let archive: string;

beforeEach(() => {
  folder = temporaryFolder();
  out = join(folder, 'deep', 'out');
  archive = join(folder, 'a.tar');
  mkdirSync(out, { recursive: true });
  mkdirSync(join(folder, place));
});

/** A member of a tar archive as it is in the file. */
function member(path: string, size: number, body: Buffer, type: 'File' | 'SymbolicLink' = 'File'): Buffer {
  const block = Buffer.alloc(512);
  new Header({
    path,
    size,
    type,
    mode: 0o644,
    ...(type === 'File' ? {} : { linkpath: '/etc/passwd' }),
  }).encode(block);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return Buffer.concat([block, body, padding]);
}
const end = Buffer.alloc(1024);
const size = 30_730_000;
const record = Buffer.alloc(size, 1);

describe('extractRecords', () => {
  it('extracts only files with the right name, path and size', async () => {
    const others = member(`${place}/readme.html`, 3, Buffer.from('abc'));
    const right = member(`${place}/test_batch.bin`, size, record);
    writeFileSync(archive, Buffer.concat([others, right, end]));
    await expect(extractRecords(archive, out, cifar10Members)).rejects.toThrow(
      `lacks ${names
        .slice(0, 5)
        .map((name) => `${place}/${name} with 30730000 bytes`)
        .join(', ')}`,
    );
    expect(readdirSync(out)).toEqual(['test_batch.bin']);
  });

  it.each([
    ['is at the top level', member('test_batch.bin', size, record)],
    ['is outside the folder', member(`${place}/../../test_batch.bin`, size, record)],
    ['leaves the folder and returns', member(`${place}/../${place}/test_batch.bin`, size, record)],
    ['is absolute', member('/tmp/cifar-10-batches-bin/test_batch.bin', size, record)],
    ['is too short', member(`${place}/test_batch.bin`, 3, Buffer.from('abc'))],
    ['is a link', member(`${place}/test_batch.bin`, 0, Buffer.alloc(0), 'SymbolicLink')],
  ])('extracts no file that %s', async (_, bytes) => {
    writeFileSync(archive, Buffer.concat([bytes, end]));
    await expect(extractRecords(archive, out, cifar10Members)).rejects.toMatchObject({
      name: 'OutsideError',
      message: expect.stringContaining(`${place}/test_batch.bin`) as string,
    });
    expect(
      readdirSync(folder, { recursive: true }).filter((path) => String(path).includes('test_batch')),
    ).toEqual([]);
    expect(existsSync('/tmp/cifar-10-batches-bin')).toBe(false);
  });

  it('follows no link in the archive', async () => {
    symlinkSync('/etc/passwd', join(folder, place, 'test_batch.bin'));
    await create({ file: archive, cwd: folder }, [place]);
    await expect(extractRecords(archive, out, cifar10Members)).rejects.toThrow(
      /lacks .* with 30730000 bytes/,
    );
    expect(readdirSync(out)).toEqual([]);
  });

  it.each([
    [
      'was truncated inside a member',
      () => member(`${place}/test_batch.bin`, size, record).subarray(0, 100_000),
    ],
    [
      'announces more than it contains',
      () => Buffer.concat([member(`${place}/test_batch.bin`, size, Buffer.alloc(512))]),
    ],
    ['is not a tar archive', () => Buffer.from('<html>not here</html>'.repeat(100))],
  ])('refuses an archive that %s', async (_, bytes) => {
    writeFileSync(archive, bytes());
    await expect(extractRecords(archive, out, cifar10Members)).rejects.toMatchObject({
      name: 'OutsideError',
      message: expect.stringContaining('is damaged') as string,
    });
  });

  it('does not report an unreadable archive as damaged', async () => {
    symlinkSync(archive, archive);
    await expect(extractRecords(archive, out, cifar10Members)).rejects.toMatchObject({
      name: 'OutsideError',
      message: `Could not read ${archive} (ELOOP)`,
    });
  });

  it('refuses a truncated compressed archive', async () => {
    for (const name of names) writeFileSync(join(folder, place, name), name.repeat(1000));
    await create({ file: archive, cwd: folder, gzip: true }, [place]);
    writeFileSync(archive, readFileSync(archive).subarray(0, 100));
    await expect(extractRecords(archive, out, cifar10Members)).rejects.toThrow('is damaged');
  });
});
