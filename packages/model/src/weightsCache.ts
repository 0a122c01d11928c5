import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, ifAny, writeFileAtomic } from '@bit-repro/artifacts';
import { z } from 'zod';
import type { PublishedModel } from './catalogue.ts';

/** The digest of a file, and properties that show cheaply whether the file has changed. */
const stampSchema = z.object({ bytes: z.number(), modified: z.number(), sha256: z.string() });
type Stamp = z.infer<typeof stampSchema>;

/** The paths of a model's weights in the cache, which all runs share. */
export interface WeightsPlace {
  file: string;
  /** Path of a download until it is verified. */
  incoming: string;
  /** Path of the digest. */
  stamp: string;
}

export function placeOf(model: PublishedModel, root: string = cacheRoot()): WeightsPlace {
  const name = `${model.name}.npz`;
  const folder = join(root, 'weights');
  return {
    file: join(folder, name),
    incoming: join(folder, 'incoming', name),
    stamp: join(folder, `${name}.stamp.json`),
  };
}

/** Stores the digest of `file`, which is, or will become, `place.file`. */
export async function writeStamp(place: WeightsPlace, sha256: string, file = place.file): Promise<void> {
  const { size: bytes, mtimeMs: modified } = await stat(file);
  await writeFileAtomic(place.stamp, JSON.stringify({ bytes, modified, sha256 } satisfies Stamp));
}

/**
 * The stored digest, and whether the file still has its size and time; undefined if there is none.
 *
 * @throws OutsideError if it cannot be read.
 */
export async function readStamp(
  place: WeightsPlace,
): Promise<{ sha256: string; current: boolean } | undefined> {
  const text = await ifAny(place.stamp, (file) => readFile(file, 'utf8'));
  const kept = text === undefined ? undefined : parseStamp(text);
  if (kept === undefined) return undefined;
  const now = await statIfAny(place.file);
  return { sha256: kept.sha256, current: now?.size === kept.bytes && now.mtimeMs === kept.modified };
}

function parseStamp(text: string): Stamp | undefined {
  try {
    return stampSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Size and time of a file; undefined if it does not exist. @throws OutsideError if it cannot be read. */
export const statIfAny = (file: string): Promise<Stats | undefined> => ifAny(file, (path) => stat(path));
