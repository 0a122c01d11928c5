import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheRoot,
  digestFile,
  ifAny,
  InputError,
  OutsideError,
  writeFileAtomic,
  type OnProgress,
} from '@bit-repro/artifacts';
import { z } from 'zod';
import type { ListedImage } from './listFolder.ts';

/** An image and the SHA-256 of its file. */
export interface IdentifiedImage extends ListedImage {
  sha256: string;
}

/** What was known of each file, by path, when it was last read in full. */
const knownSchema = z.record(z.string(), z.strictObject({ state: z.string(), sha256: z.string() }));
type Known = z.infer<typeof knownSchema>;

/**
 * The SHA-256 of image files. A file is read again only if its size or a time of change differs from when it was last
 * read; whoever uses an image later compares what is read then.
 *
 * @throws InputError if a file is not there; OutsideError if it cannot be read; the reason of `signal`.
 */
export async function digestImages(
  folder: string,
  images: readonly ListedImage[],
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal | undefined } = {},
): Promise<IdentifiedImage[]> {
  const file = join(cacheRoot(), 'folders', `${createHash('sha256').update(folder).digest('hex')}.json`);
  const before = await readKnown(file);
  const now: Known = {};
  const identified: IdentifiedImage[] = [];
  for (const image of images) {
    const state = await stateOf(image.file);
    const known = before[image.file];
    const sha256 = known?.state === state ? known.sha256 : await digestFile(image.file, 'sha256');
    now[image.file] = { state, sha256 };
    identified.push({ ...image, sha256 });
    onProgress?.({
      label: `images of ${folder}`,
      done: identified.length,
      total: images.length,
      unit: 'items',
    });
    signal?.throwIfAborted();
  }
  if (JSON.stringify(now) !== JSON.stringify(before)) await remember(file, now);
  return identified;
}

/** Where nothing can be written, the files are read again the next time. */
async function remember(file: string, known: Known): Promise<void> {
  await writeFileAtomic(file, JSON.stringify(known)).catch((error: unknown) => {
    if (!(error instanceof OutsideError)) throw error;
  });
}

/** Whatever changes with a file. */
async function stateOf(file: string): Promise<string> {
  const found = await ifAny(file, (path) => stat(path, { bigint: true }));
  if (found === undefined) {
    throw new InputError(`${file} is not there any more`, 'Run the same command again.');
  }
  const { ino, size, mtimeNs, ctimeNs } = found;
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}

/** Nothing, if the file is absent or not as this version writes it. */
async function readKnown(file: string): Promise<Known> {
  const text = await ifAny(file, (path) => readFile(path, 'utf8'));
  if (text === undefined) return {};
  try {
    return knownSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
