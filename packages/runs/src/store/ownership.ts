import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { InputError, replaceFile, stagedFor } from '@bit-repro/artifacts';
import { isCheckpoint } from '@bit-repro/trainer';
import { isMissing, isThere, readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';
import { keyOfJson, shortKeyLength } from './runKey.ts';
import { workerLockName } from './workerLock.ts';

/** The file that makes a folder a run store. */
export const markerName = '.bit-repro-store.json';
/** Folders of a store that are no runs; those of launchers begin with a dot, too. */
export const storeFolders = { plans: '.plans', trash: '.trash' } as const;

/** The name of a run's folder, as this program makes it; earlier attempts that were kept have a number. */
const idPattern = new RegExp(`^[a-z0-9][a-z0-9.-]*-([0-9a-f]{${shortKeyLength}})(?:\\.old-\\d+)?$`);
const looseSpec = z.looseObject({ version: z.int() });

/** Whether a folder of this name may be a run's. */
export const isRunName = (name: string): boolean => idPattern.test(name);

/** Whether a file of a run's folder is one that this program writes there, or the staging file of one. */
export function isRunFile(name: string): boolean {
  return knownNames.has(stagedFor(name) ?? name) || isCheckpoint(name);
}

const knownNames = new Set<string>([
  ...Object.values(runFiles),
  `${runFiles.events}.new`,
  `${runFiles.weights}.partial`,
  `${runFiles.weights}.lock`,
  workerLockName,
]);

/**
 * Whether a folder is provably a run of this program's, of whichever version: its specification hashes to its name. A folder
 * that was begun and has no specification yet is one where all in it is.
 */
export async function isOwnRun(folder: string): Promise<boolean> {
  const key = idPattern.exec(basename(folder))?.[1];
  if (key === undefined || !(await lstat(folder)).isDirectory()) return false;
  if (await isThere(join(folder, runFiles.spec))) {
    const spec = await readJsonIfSound(folder, runFiles.spec, looseSpec);
    return spec !== undefined && keyOfJson(spec).startsWith(key);
  }
  return (await readdir(folder)).every(isRunFile);
}

/**
 * Makes a folder a run store, where it is none yet: one that is absent, empty, or was a store before stores had a marker.
 *
 * @throws InputError for any other folder, in which nothing is changed.
 */
export async function makeStore(folder: string): Promise<void> {
  const marker = join(folder, markerName);
  if (await isThere(marker)) return;
  const names = await entriesOf(folder);
  if (!(await mayBeStore(folder, names))) {
    // Another process may have made it one meanwhile.
    if (await isThere(marker)) return;
    throw notAStore(folder);
  }
  await replaceFile(marker, `${JSON.stringify({ program: 'bit-repro', version: 1 })}\n`);
}

/** @throws InputError where there is something in a folder that is no run store, so that nothing is changed there. */
export async function requireStore(folder: string): Promise<void> {
  const names = await entriesOf(folder);
  if (!names.includes(markerName) && !(await mayBeStore(folder, names))) throw notAStore(folder);
}

const notAStore = (folder: string): InputError =>
  new InputError(
    `Expected a run store in ${folder}, found a folder with other things in it`,
    'Nothing was changed. Name the folder of a store, or one that is empty or absent, with --runs.',
  );

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

/** Nothing but locks and the staging file of a marker is as good as empty. Earlier versions made stores without a marker. */
async function mayBeStore(folder: string, names: readonly string[]): Promise<boolean> {
  const others = names.filter((name) => {
    const isLock = name.endsWith('.lock') && isRunName(name.slice(0, -'.lock'.length));
    return !isLock && name !== `${markerName}.lock` && stagedFor(name) !== markerName;
  });
  if (others.length === 0) return true;
  if (names.includes(storeFolders.plans)) {
    const plans = await readdir(join(folder, storeFolders.plans));
    if (plans.some((name) => /^.+-[0-9a-f]{12}\.json$/.test(name))) return true;
  }
  for (const name of names.filter(isRunName)) {
    const run = join(folder, name);
    if (
      (await isThere(join(run, runFiles.spec)).catch(() => false)) &&
      (await isOwnRun(run).catch(() => false))
    )
      return true;
  }
  return false;
}
