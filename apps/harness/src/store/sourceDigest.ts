import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { workspaceRoot } from '../workspace.ts';

/** Folders and files of the workspace that a result depends on. */
const inputs = [
  ...['artifacts', 'data', 'engine', 'model', 'trainer'].map((name) => `packages/${name}/src`),
  'packages/metrics/src/scores.ts',
  'packages/engine/native',
  'apps/harness/src/worker',
  'apps/harness/src/weights',
  'package-lock.json',
];

/** Whether a path of the workspace is that of a source that a result depends on. */
export const isSource = (path: string): boolean =>
  inputs.some((input) => path === input || path.startsWith(`${input}/`));

/**
 * SHA-256 over the names and contents of the sources that a result depends on, so that other edits keep finished runs; `more`
 * names folders beside those of a fine-tuning.
 */
export const sourceDigest = (more: readonly string[] = []): Promise<string> =>
  digestSources([...inputs, ...more]);

/** SHA-256 over the names and contents of these files of the workspace, and of those in these folders. */
export async function digestSources(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const files = (await Promise.all(paths.map((path) => filesUnder(join(workspaceRoot, path))))).flat();
  for (const file of files.sort()) {
    hash
      .update(relative(workspaceRoot, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex');
}

async function filesUnder(path: string): Promise<string[]> {
  const items = await readdir(path, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  });
  return items === undefined
    ? [path]
    : items.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name));
}
