import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, projectRuns } from '@bit-repro/artifacts';
import { findRun, RunStore } from '@bit-repro/runs';

/** Options of every command that reads the store. */
export interface StoreOptions {
  runs: string;
  json: boolean;
}

/**
 * The store that a command reads. The store of this project need not exist yet; any other name without a
 * folder is a typo.
 *
 * @throws InputError if the folder does not exist.
 */
export function openStore({ runs }: Pick<StoreOptions, 'runs'>): RunStore {
  const folder = resolve(runs);
  if (isAbsent(folder) && folder !== projectRuns) {
    throw new InputError(`The run store ${folder} does not exist`, 'Correct --runs.');
  }
  return new RunStore(folder);
}

function isAbsent(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) === undefined;
  } catch {
    // The error is reported when the store is listed.
    return false;
  }
}

/**
 * The folder of a run.
 *
 * @throws InputError if no run matches, or more than one.
 */
export async function folderOfRun(store: RunStore, named: string): Promise<string> {
  return join(store.folder, findRun(await store.ids(), named));
}
