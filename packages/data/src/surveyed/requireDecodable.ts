import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, ifAny, OutsideError, writeFileAtomic, type OnProgress } from '@bit-repro/artifacts';
import { ImagePool } from '@bit-repro/images';
import { z } from 'zod';
import type { IdentifiedImage } from './digestImages.ts';

const soundSchema = z.array(z.string());

/** Images that are decoded at a time. */
const atOnce = 64;
/** The pixels are of no use. */
const side = 1;

/**
 * Decodes each image once, so that a broken one is found before a run that would come upon it in its evaluation. Images that
 * were found sound before, also by a call that was cut off, are known by the SHA-256 of their files.
 *
 * @param folder as a name for what is remembered.
 * @throws InputError naming the first image that cannot be decoded; the reason of `signal`.
 */
export async function requireDecodable(
  folder: string,
  images: readonly IdentifiedImage[],
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const file = join(
    cacheRoot(),
    'folders',
    `${createHash('sha256').update(folder).digest('hex')}.sound.json`,
  );
  const sound = new Set(await readSound(file));
  const unknown = images.filter(({ sha256 }) => !sound.has(sha256));
  if (unknown.length === 0) return;
  const pool = new ImagePool({ cacheBytes: 0 });
  try {
    for (let done = 0; done < unknown.length; done += atOnce) {
      onProgress?.({ label: `decoding ${folder}`, done, total: unknown.length, unit: 'items' });
      const some = unknown.slice(done, done + atOnce);
      await pool.read(some, side, signal && { signal });
      for (const { sha256 } of some) sound.add(sha256);
    }
  } finally {
    await pool.close();
    await remember(file, images, sound);
  }
}

/** Where nothing can be written, the images are decoded again the next time. */
async function remember(
  file: string,
  images: readonly IdentifiedImage[],
  sound: ReadonlySet<string>,
): Promise<void> {
  const present = new Set(images.map(({ sha256 }) => sha256).filter((sha256) => sound.has(sha256)));
  await writeFileAtomic(file, JSON.stringify([...present])).catch((error: unknown) => {
    if (!(error instanceof OutsideError)) throw error;
  });
}

/** Nothing, if the file is absent or not as this version writes it. */
async function readSound(file: string): Promise<string[]> {
  const text = await ifAny(file, (path) => readFile(path, 'utf8'));
  try {
    return text === undefined ? [] : soundSchema.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
