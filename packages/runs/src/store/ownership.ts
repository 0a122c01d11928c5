import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { InputError, replaceFile, stagedFor } from '@bit-repro/artifacts';
import { isCheckpoint } from '@bit-repro/trainer';
import { isMissing, isThere, readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';
import { keyOfJson, shortKeyLength } from './runKey.ts';
import { workerLockName } from './workerLock.ts';

/** The file that marks a folder as a run store. */
export const markerName = '.bit-repro-store.json';
/** With it, git does not take a store in a checkout for code that is not committed yet. */
const ignoreName = '.gitignore';
/** Folders of a store that are not runs. Those of launchers start with a dot, too. */
export const storeFolders = { plans: '.plans', trash: '.trash' } as const;

/** The name of a run's folder; earlier results that were kept have a number at the end. */
const idPattern = new RegExp(`^[a-z0-9][a-z0-9.-]*-([0-9a-f]{${shortKeyLength}})(?:\\.old-\\d+)?$`);
const looseSpec = z.looseObject({ version: z.int() });

/** Whether a folder with this name could be a run. */
export const isRunName = (name: string): boolean => idPattern.test(name);

/** Whether this program writes a file of this name, or its staging file, into a run's folder. */
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
 * Whether a folder is certainly a run of this program, of any version: its specification hashes to its name.
 * A folder without a specification must contain nothing but files of this program.
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
 * Makes a folder a run store unless it is one. It must be missing, empty, or a store from before stores had a
 * marker.
 *
 * @throws InputError for any other folder, which stays unchanged.
 */
export async function makeStore(folder: string): Promise<void> {
  const marker = join(folder, markerName);
  if (await isThere(marker)) return;
  const names = await entriesOf(folder);
  if (!(await mayBeStore(folder, names))) {
    // Another process may have marked it meanwhile.
    if (await isThere(marker)) return;
    throw notAStore(folder);
  }
  await replaceFile(marker, `${JSON.stringify({ program: 'bit-repro', version: 1 })}\n`);
  await replaceFile(join(folder, ignoreName), '# Runs are data, not code.\n*\n');
}

/** @throws InputError if a folder contains something and is not a run store. */
export async function requireStore(folder: string): Promise<void> {
  const names = await entriesOf(folder);
  if (!names.includes(markerName) && !(await mayBeStore(folder, names))) throw notAStore(folder);
}

const notAStore = (folder: string): InputError =>
  new InputError(
    `${folder} is not a run store, but contains other files`,
    'Nothing was changed. Use --runs to name a store, or a folder that is empty or does not exist.',
  );

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

/**
 * A folder with only locks and the marker's staging file counts as empty. Earlier versions made stores
 * without a marker.
 */
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
