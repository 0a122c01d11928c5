import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, ifAny, writeFileAtomic } from '@bit-repro/artifacts';
import { z } from 'zod';
import type { PublishedModel } from './catalogue.ts';

/** The digest of a file, and what tells cheaply that the file is still the same. */
const stampSchema = z.object({ bytes: z.number(), modified: z.number(), sha256: z.string() });
type Stamp = z.infer<typeof stampSchema>;

/** Where the weights of a model lie, in a cache that all runs share. */
export interface WeightsPlace {
  file: string;
  /** Where a download lies until it is verified. */
  incoming: string;
  /** Where the digest is kept. */
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

/** Keeps the digest of `file`, which is or is about to become `place.file`. */
export async function writeStamp(place: WeightsPlace, sha256: string, file = place.file): Promise<void> {
  const { size: bytes, mtimeMs: modified } = await stat(file);
  await writeFileAtomic(place.stamp, JSON.stringify({ bytes, modified, sha256 } satisfies Stamp));
}

/**
 * The digest that was kept, and whether size and time of the file are still those it was taken at; nothing where none was.
 *
 * @throws OutsideError when it cannot be read.
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

/** Size and time of a file; nothing where there is none. @throws OutsideError when it cannot be looked at. */
export const statIfAny = (file: string): Promise<Stats | undefined> => ifAny(file, (path) => stat(path));
