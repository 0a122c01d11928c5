import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { readChecked } from '../yaml/checkedYaml.ts';
import { targetSchema, type Target } from './targetSchema.ts';

const targetFolder = join(workspaceRoot, 'configs/targets');

/** The names that `target` accepts. */
export async function targetNames(): Promise<string[]> {
  const files = await readdir(targetFolder);
  return files.filter((file) => file.endsWith('.yaml')).map((file) => basename(file, '.yaml'));
}

/**
 * The published numbers of this name, one of `targetNames()`.
 *
 * @throws ConfigError when there are none, or the file is wrong.
 */
export const loadTarget = (name: string): Promise<Target> => readTarget(join(targetFolder, `${name}.yaml`));

/** The published numbers of a file. @throws ConfigError when it cannot be read, or is wrong. */
export const readTarget = (file: string): Promise<Target> => readChecked(file, targetSchema);
