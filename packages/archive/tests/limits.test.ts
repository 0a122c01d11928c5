import { createWriteStream, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { InputError, OutsideError, type ExplainedError } from '@bit-repro/artifacts';
import { beforeEach, describe, expect, it } from 'vitest';
import { importArchive } from '../src/importArchive.ts';
import { manifestName } from '../src/manifest.ts';
import { markerName, type RunStore } from '@bit-repro/runs';
import { temporaryStore } from '@bit-repro/runs/testing';

const MiB = 1024 ** 2;

let store: RunStore;
let archive: string;
beforeEach(() => {
  store = temporaryStore();
  archive = join(store.folder, '../runs.zip');
  mkdirSync(store.folder, { recursive: true });
});

/** An archive whose manifest gives these sizes to its empty files. */
async function claiming(sizes: Record<string, number>): Promise<void> {
  const files = Object.fromEntries(
    Object.entries(sizes).map(([name, bytes]) => [name, { bytes, sha256: '0'.repeat(64) }]),
  );
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(JSON.stringify({ version: 1, files })), manifestName);
  for (const name of Object.keys(sizes)) zip.addBuffer(Buffer.alloc(0), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(archive));
}

/** The end of an archive, which contains the number of its members. */
function endOf(members: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(members), 24);
  record.writeBigUInt64LE(BigInt(members), 32);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([record, locator, end]);
}

async function refusal(kind: typeof InputError | typeof OutsideError = InputError): Promise<ExplainedError> {
  const error: unknown = await importArchive(archive, store, join(store.folder, '../reports')).catch(
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(kind);
  expect(readdirSync(store.folder).sort()).toEqual([markerName, '.gitignore']);
  return error as ExplainedError;
}

describe('an import refuses, before reading it,', () => {
  it('an archive with too many members', async () => {
    writeFileSync(archive, endOf(10_000_000));
    expect(await refusal()).toMatchObject({
      message: `Expected at most 1000000 members in ${archive}, found 10000000`,
      remedy: expect.stringContaining('harness export') as string,
    });
  });

  it.each([
    ['runs/a/result.json', 16 * MiB],
    ['runs/a/spec.json', 16 * MiB],
    ['runs/a/events.jsonl', 64 * MiB],
    ['runs/a/worker.log', 64 * MiB],
    ['runs/a/code.diff', 64 * MiB],
    ['runs/a/subset.png', 16 * MiB],
    ['runs/a/weights.npz', 8 * 1024 * MiB],
    ['reports/a/data.json', 256 * MiB],
    ['reports/a/report.html', 256 * MiB],
  ])('an archive with a %s of more than %i bytes', async (name, most) => {
    await claiming({ [name]: most + 1 });
    expect((await refusal()).message).toBe(
      `Expected at most ${most} bytes in ${name} of ${archive}, found ${most + 1}`,
    );
  });

  it('an archive larger than the free disk space', async () => {
    const each = 8 * 1024 * MiB;
    const { bavail, bsize } = await statfs(store.folder);
    const count = Math.ceil((bavail * bsize) / each) + 1;
    await claiming(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`runs/a${index}/weights.npz`, each])),
    );
    const { message, remedy } = await refusal(OutsideError);
    expect(message).toMatch(/^The archive .*runs\.zip needs \d+ bytes, but .* has only \d+ free$/);
    expect(message).toContain(`needs ${count * each} bytes`);
    expect(remedy).toMatch(/disk space/);
  });

  it('a file whose size differs from the manifest', async () => {
    await claiming({ 'runs/a/spec.json': 3 });
    expect((await refusal()).message).toMatch(/with 3 bytes .*, found 0 bytes/);
  });
});
