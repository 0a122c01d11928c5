import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, InputError, publishFolder } from '@bit-repro/artifacts';
import { bytesOf } from '@bit-repro/images';
import { encode } from 'fast-png';
import { datasetNamed, type DatasetName } from './datasets.ts';
import { openDataset } from './datasetSources.ts';
import type { HeldImages } from './imageSource.ts';

export interface ExportOptions {
  /** Images of each class, the first ones; absent for all. */
  train?: number | undefined;
  test?: number | undefined;
  onMessage?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Writes the images of a data set as PNG files, as a folder that experiments take: `train/CLASS/INDEX.png` and `test/CLASS/INDEX.png`,
 * by their index in the data set. The folder appears whole or not at all.
 *
 * @returns how many images were written.
 * @throws InputError if the folder exists; as `readDataset`; OutsideError if it cannot be written.
 */
export async function exportImages(
  name: DatasetName,
  folder: string,
  { train, test, onMessage, signal }: ExportOptions = {},
): Promise<number> {
  if (await exists(folder)) {
    throw new InputError(`${folder} exists already`, 'Name a folder that does not exist, or remove it.');
  }
  const data = await openDataset(name, { ...(onMessage && { onMessage }), signal });
  const { classes } = datasetNamed(name);
  let written = 0;
  await publishFolder(
    folder,
    async (staging, stopped) => {
      written = await writeImages(data.train, join(staging, 'train'), { classes, most: train }, stopped);
      written += await writeImages(data.test, join(staging, 'test'), { classes, most: test }, stopped);
    },
    { signal },
  );
  return written;
}

async function writeImages(
  { pixels, labels, size }: HeldImages,
  folder: string,
  { classes, most = Infinity }: { classes: readonly string[]; most: number | undefined },
  signal: AbortSignal,
): Promise<number> {
  const digits = String(labels.length - 1).length;
  const placed = new Array<number>(classes.length).fill(0);
  for (const name of classes) await mkdir(join(folder, name), { recursive: true });
  for (const [index, label] of labels.entries()) {
    if (placed[label]! >= most) continue;
    placed[label]! += 1;
    signal.throwIfAborted();
    const data = pixels.subarray(index * bytesOf(size), (index + 1) * bytesOf(size));
    const file = join(folder, classes[label]!, `${String(index).padStart(digits, '0')}.png`);
    await writeFile(file, encode({ ...size, data, channels: 3, depth: 8 }));
  }
  return placed.reduce((sum, count) => sum + count, 0);
}
