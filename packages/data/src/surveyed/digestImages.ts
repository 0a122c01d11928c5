import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { explainUnreadable, type OnProgress } from '@bit-repro/artifacts';
import { fileState } from '../fileState.ts';
import type { ListedImage } from '../survey.ts';
import { Memo } from './memo.ts';

/** An image and the SHA-256 of its bytes. */
export interface IdentifiedImage extends ListedImage {
  sha256: string;
}

/** Images that are looked at at the same time. */
const atOnce = 32;

export interface DigestOptions {
  onProgress?: OnProgress;
  signal?: AbortSignal | undefined;
  /** So many of the first images are taken to be what they were when they were last read, without a look at their files. */
  trusted?: number;
}

/**
 * The SHA-256 of images. A file is read again only if its size or a time of change differs from when it was last read;
 * whoever uses an image later compares what is read then.
 *
 * @throws InputError if a file is not there; OutsideError if it cannot be read; the reason of `signal`.
 */
export async function digestImages(
  folder: string,
  images: readonly ListedImage[],
  { onProgress, signal, trusted = 0 }: DigestOptions = {},
): Promise<IdentifiedImage[]> {
  const known = await Memo.of(folder, 'digests');
  const stateOf = sharedStates();
  const identify = async (image: ListedImage): Promise<IdentifiedImage> => {
    const state = await stateOf(image);
    const key = keyOf(image);
    const before = known.get(key);
    if (before?.startsWith(`${state} `)) return { ...image, sha256: before.slice(state.length + 1) };
    const sha256 = await digestOf(image);
    known.set(key, `${state} ${sha256}`);
    return { ...image, sha256 };
  };
  const identified: IdentifiedImage[] = [];
  for (const image of images.slice(0, trusted)) {
    const before = known.get(keyOf(image));
    if (before === undefined) break;
    identified.push({ ...image, sha256: before.slice(before.lastIndexOf(' ') + 1) });
  }
  try {
    for (let first = identified.length; first < images.length; first += atOnce) {
      identified.push(...(await Promise.all(images.slice(first, first + atOnce).map(identify))));
      await known.saveNowAndThen();
      onProgress?.({
        label: `images of ${folder}`,
        done: identified.length,
        total: images.length,
        unit: 'items',
      });
      signal?.throwIfAborted();
    }
  } catch (error) {
    await known.save();
    throw error;
  }
  await known.saveOnly(images.map(keyOf));
  return identified;
}

/** The same image of another range, in a tar that was made anew, is another one; so is its state. */
const keyOf = ({ name, offset, bytes }: ListedImage): string =>
  offset === undefined ? name : `${name} ${offset}+${bytes ?? ''}`;

/** The state of an image's file, which is looked at once where it has many images. */
function sharedStates(): (image: ListedImage) => Promise<string> {
  const states = new Map<string, Promise<string>>();
  return ({ file, offset }) => {
    if (offset === undefined) return fileState(file);
    const state = states.get(file) ?? fileState(file);
    states.set(file, state);
    return state;
  };
}

/** An image as it is now. @throws OutsideError if it cannot be read. */
export const identifiedNow = async (image: ListedImage): Promise<IdentifiedImage> => ({
  ...image,
  sha256: await digestOf(image),
});

/** Images are small: each is read at once, which takes less than a third of the time of a stream. */
async function digestOf({ file, offset = 0, bytes }: ListedImage): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const content = Buffer.allocUnsafe(bytes ?? (await handle.stat()).size);
      let filled = 0;
      for (let read = -1; filled < content.length && read !== 0; filled += read)
        ({ bytesRead: read } = await handle.read(content, filled, content.length - filled, offset + filled));
      return createHash('sha256').update(content.subarray(0, filled)).digest('hex');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw explainUnreadable(cause, file);
  }
}
