import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { extractRecords } from '../src/archiveSource.ts';
import { cifar10Folder, openCifar10 } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cifar-'));
});

const names = [
  'data_batch_1',
  'data_batch_2',
  'data_batch_3',
  'data_batch_4',
  'data_batch_5',
  'test_batch',
].map((name) => `${name}.bin`);

describe('the real data set', () => {
  beforeAll(async () => {
    await openCifar10();
  });

  it('holds 5,000 training and 1,000 test images of each class', async () => {
    const { train, test } = await openCifar10();
    const counts = (labels: Uint8Array): number[] =>
      Array.from({ length: 10 }, (_, label) => labels.filter((value) => value === label).length);
    expect(counts(train.labels)).toEqual(new Array(10).fill(5000));
    expect(counts(test.labels)).toEqual(new Array(10).fill(1000));
  });

  it('is opened from a folder that the user names', async () => {
    const { test } = await openCifar10({ folder: cifar10Folder() });
    expect(test.count).toBe(10_000);
  });

  it('is refused when one byte of a file was altered', async () => {
    cpSync(cifar10Folder(), folder, { recursive: true });
    const file = openSync(join(folder, 'data_batch_3.bin'), 'r+');
    writeSync(file, Uint8Array.of(255), 0, 1, 5_000);
    closeSync(file);
    await expect(openCifar10({ folder })).rejects.toThrow(/data_batch_3\.bin with SHA-1/);
  });

  it('is made anew when the cached copy was altered', async () => {
    const archive = join(folder, 'cifar.tar.gz');
    await create({ file: archive, cwd: cifar10Folder(), prefix: 'cifar-10-batches-bin' }, names);
    const bytes = readFileSync(archive);
    const server = createServer((_, response) => response.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const cacheRoot = join(folder, 'cache');
      mkdirSync(cifar10Folder(cacheRoot), { recursive: true });
      const messages: string[] = [];
      const { train } = await openCifar10({
        cacheRoot,
        source: 'archive',
        archive: {
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar.tar.gz`,
          md5: createHash('md5').update(bytes).digest('hex'),
        },
        onMessage: (line) => messages.push(line),
      });
      expect(train.count).toBe(50_000);
      expect(messages.join()).toContain('made anew');
    } finally {
      server.close();
    }
  });
});

describe('a source that fails', () => {
  it('is told with its reason and leaves nothing in the cache', async () => {
    const archive = { url: 'http://127.0.0.1:9/none', md5: '0'.repeat(32) };
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    archive.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/none`;
    try {
      await expect(openCifar10({ cacheRoot: folder, source: 'archive', archive })).rejects.toThrow(
        'answer 404',
      );
    } finally {
      server.close();
    }
    expect(existsSync(cifar10Folder(folder))).toBe(false);
  });

  it('is refused when the folder holds something else', async () => {
    writeFileSync(join(folder, 'data_batch_1.bin'), 'short');
    await expect(openCifar10({ folder })).rejects.toThrow(/with 30730000 bytes, found/);
  });
});

describe('extractRecords', () => {
  it('refuses an archive that lacks a file', async () => {
    writeFileSync(join(folder, 'test_batch.bin'), 'x');
    await create({ file: join(folder, 'a.tar'), cwd: folder }, ['test_batch.bin']);
    await expect(extractRecords(join(folder, 'a.tar'), mkdtempSync(join(folder, 'out-')))).rejects.toThrow(
      'Expected data_batch_1.bin',
    );
  });

  it('refuses an archive that was cut off', async () => {
    const file = join(folder, 'a.tar.gz');
    for (const name of names) writeFileSync(join(folder, name), Buffer.alloc(100_000, 1));
    await create({ file, cwd: folder, gzip: true }, names);
    writeFileSync(file, readFileSync(file).subarray(0, 300));
    await expect(extractRecords(file, mkdtempSync(join(folder, 'out-')))).rejects.toMatchObject({
      name: 'DataError',
    });
  });

  it('writes nothing outside its folder', async () => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'test_batch.bin'), 'x');
    await create({ file: join(folder, 'a.tar'), cwd: join(folder, 'in'), preservePaths: true }, [
      '../test_batch.bin',
    ]);
    const out = mkdtempSync(join(folder, 'out-'));
    await expect(extractRecords(join(folder, 'a.tar'), join(out))).rejects.toThrow('found none');
  });
});
