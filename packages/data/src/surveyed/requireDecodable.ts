import type { OnProgress } from '@bit-repro/artifacts';
import { ImagePool } from '@bit-repro/images';
import type { IdentifiedImage } from './digestImages.ts';
import { Memo } from './memo.ts';

/** Images that are decoded at a time. */
const atOnce = 64;
/** The pixels are of no use. */
const side = 1;

/**
 * Decodes each image once, so that a broken one is found before a run that would come upon it in its evaluation. Images that
 * were decoded before, also by a call that was cut off, are known by the SHA-256 of their files.
 *
 * @param folder as a name for what is remembered.
 * @throws InputError naming the first image that cannot be decoded; the reason of `signal`.
 */
export async function requireDecodable(
  folder: string,
  images: readonly IdentifiedImage[],
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const decoded = await Memo.of(folder, 'decoded');
  const unknown = images.filter(({ sha256 }) => decoded.get(sha256) === undefined);
  if (unknown.length === 0) return;
  const pool = new ImagePool({ cacheBytes: 0 });
  try {
    for (let done = 0; done < unknown.length; done += atOnce) {
      onProgress?.({ label: `decoding ${folder}`, done, total: unknown.length, unit: 'items' });
      const some = unknown.slice(done, done + atOnce);
      await pool.read(some, side, signal && { signal });
      for (const { sha256, name } of some) decoded.set(sha256, name);
      await decoded.saveNowAndThen();
    }
  } finally {
    await pool.close();
    await decoded.save();
  }
  await decoded.saveOnly(images.map(({ sha256 }) => sha256));
}
