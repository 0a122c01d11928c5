import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packedName } from '@bit-repro/artifacts';
import { z } from 'zod';

const packedSchema = z.object({
  name: z.string(),
  version: z.string(),
  /** The commit that was packed, and whether it had uncommitted changes. */
  commit: z.string(),
  isClean: z.boolean(),
  /** Of all files. */
  sha256: z.string(),
  /** SHA-256 of each file, by its path. */
  files: z.record(z.string(), z.string()),
});

/** The package that a program is from. */
export interface Packed extends Omit<z.infer<typeof packedSchema>, 'files'> {
  /** Files that are no longer as they were packed. */
  altered: string[];
}

/** The package that the program in a folder is from; undefined for a clone. */
export function readPacked(folder: string): Packed | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, packedName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { files, ...packed } = packedSchema.parse(JSON.parse(text));
  const now = digestsOf(folder, Object.keys(files));
  return { ...packed, altered: Object.keys(files).filter((file) => files[file] !== now[file]) };
}

/** Written when weights are first fetched. */
const grows = 'configs/weights.lock.json';

/** SHA-256 of each file; none of one that cannot be read. */
export const digestsOf = (folder: string, files: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    files.flatMap((file) => {
      if (file === grows) return [];
      try {
        return [[file, sha256(readFileSync(join(folder, file)))]];
      } catch {
        return [];
      }
    }),
  );

/** SHA-256 of files by their own, in the format of `sha256sum`. */
export const sha256OfAll = (digests: Readonly<Record<string, string>>): string =>
  sha256(
    Object.entries(digests)
      .map(([file, digest]) => `${digest}  ${file}\n`)
      .join(''),
  );

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
