import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { digestFile, explainUnreadable, ifAny } from '@bit-repro/artifacts';
import { z } from 'zod';

/** Size and digest of each file of a folder when it was created, by relative path. */
export const recordedFiles = z.record(
  z.string(),
  z.object({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
);
export type RecordedFiles = Readonly<z.infer<typeof recordedFiles>>;

/** Sizes and digests of all files in a folder. */
export async function recordFiles(folder: string): Promise<RecordedFiles> {
  const files: z.infer<typeof recordedFiles> = {};
  for (const path of await filesIn(folder)) {
    const file = join(folder, path);
    files[path] = { bytes: (await lstat(file)).size, sha256: await digestFile(file, 'sha256') };
  }
  return files;
}

/**
 * The files that are gone or whose bytes differ from the record; reads all of them.
 *
 * @throws OutsideError when one cannot be read, which need not mean that it was altered.
 */
export async function alteredFiles(folder: string, files: RecordedFiles): Promise<string[]> {
  const altered: string[] = [];
  for (const [path, { bytes, sha256 }] of Object.entries(files)) {
    const file = join(folder, path);
    const found = await ifAny(file, (one) => lstat(one));
    const mayBeSame = found !== undefined && !found.isDirectory() && found.size === bytes;
    if (!mayBeSame || (await digestIfAny(file)) !== sha256) altered.push(path);
  }
  return altered;
}

const digestIfAny = (file: string): Promise<string | undefined> =>
  ifAny(file, (one) => digestFile(one, 'sha256'));

/** Relative paths of everything in a folder, except folders, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    const items = await readdir(folder, { recursive: true, withFileTypes: true });
    return items
      .filter((item) => !item.isDirectory())
      .map((item) => relative(folder, join(item.parentPath, item.name)))
      .sort();
  } catch (cause) {
    throw explainUnreadable(cause, folder);
  }
}
