import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, projectRuns } from '@bit-repro/artifacts';
import { findRun, RunStore } from '@bit-repro/runs';

/** Options of every command that looks at the store. */
export interface StoreOptions {
  runs: string;
  json: boolean;
}

/**
 * The store that a command looks at. That of this project may not be there yet; another that is not there was mistyped.
 *
 * @throws InputError where there is no such folder.
 */
export function openStore({ runs }: Pick<StoreOptions, 'runs'>): RunStore {
  const folder = resolve(runs);
  if (isAbsent(folder) && folder !== projectRuns) {
    throw new InputError(`Expected a run store in ${folder}, found no such folder`, 'Correct --runs.');
  }
  return new RunStore(folder);
}

function isAbsent(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) === undefined;
  } catch {
    // It cannot be told: whoever lists it says why.
    return false;
  }
}

/**
 * The folder of the run that is meant.
 *
 * @throws InputError when there is none, or more than one.
 */
export async function folderOfRun(store: RunStore, named: string): Promise<string> {
  return join(store.folder, findRun(await store.ids(), named));
}
