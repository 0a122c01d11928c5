import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { storeFolders } from './ownership.ts';
import { isMissing, readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';

/** Written before a run is moved to the trash; only recorded runs are ever deleted from it. */
const recordSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  reason: z.string(),
  movedAt: z.iso.datetime(),
});

/** A run in the trash, which can be moved back by hand. */
export interface Discarded {
  id: string;
  folder: string;
  reason: string;
  movedAt: string;
}

const trashOf = (store: string): string => join(store, storeFolders.trash);

/** Moves a run's folder to the trash of its store atomically, and returns its new path. */
export async function moveToTrash(store: string, folder: string, reason: string): Promise<string> {
  const trash = trashOf(store);
  await mkdir(trash, { recursive: true });
  const target = join(trash, `${basename(folder)}~${randomUUID().slice(0, 8)}`);
  const record = { version: 1, id: basename(folder), reason, movedAt: new Date().toISOString() };
  await writeFileAtomic(`${target}.json`, `${JSON.stringify(record)}\n`);
  await rename(folder, target);
  return target;
}

/** The recorded runs in the trash of a store. */
export async function listTrash(store: string): Promise<Discarded[]> {
  const names = await readdir(trashOf(store)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const found: Discarded[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const record = await readJsonIfSound(trashOf(store), name, recordSchema);
    const folder = join(trashOf(store), name.slice(0, -'.json'.length));
    if (record === undefined || !basename(folder).startsWith(`${record.id}~`)) continue;
    const { id, reason, movedAt } = record;
    found.push({ id, folder, reason, movedAt });
  }
  return found;
}

/**
 * Deletes a run from the trash. Its seal goes first, so that a partly deleted run is never taken for a
 * finished one.
 */
export async function removeForGood({ folder }: Discarded): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) {
    await rm(join(folder, runFiles.seal), { force: true });
    await rm(folder, { recursive: true, force: true });
  }
  await rm(`${folder}.json`, { force: true });
}
