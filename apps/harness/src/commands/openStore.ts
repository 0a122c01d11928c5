import { join, resolve } from 'node:path';
import { findRun } from '../store/findRun.ts';
import { RunStore } from '../store/runStore.ts';
import { workspaceRoot } from '../workspace.ts';

/** Options of every command that looks at the store. */
export interface StoreOptions {
  runs: string;
  json: boolean;
}

export const openStore = ({ runs }: Pick<StoreOptions, 'runs'>): RunStore =>
  new RunStore(resolve(workspaceRoot, runs));

/**
 * The folder of the run that is meant.
 *
 * @throws HarnessError when there is none, or more than one.
 */
export async function folderOfRun(store: RunStore, named: string): Promise<string> {
  return join(store.folder, findRun(await store.ids(), named));
}
