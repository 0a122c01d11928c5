import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import {
  exists,
  explainFileError,
  stagingOf,
  tryWithLock,
  writeFileAtomic,
  type HeldLock,
} from '@bit-repro/artifacts';
import { isCheckpoint } from '@bit-repro/trainer';
import { RunFileError } from './errors.ts';
import { isOwnRun, isRunFile, isRunName, makeStore } from './ownership.ts';
import { isMissing, isThere, unreadable } from './readFile.ts';
import { readRecord } from './readRun.ts';
import {
  runFiles,
  type Provenance,
  type RunRecord,
  type RunResult,
  type RunSpec,
  type RunTiming,
} from './records.ts';
import { runId, runKey } from './runKey.ts';
import { sealedNames, sha256Of, writeSeal, type Scrutiny } from './seal.ts';
import { summarise, type RunSummary } from './summary.ts';
import { moveToTrash } from './trash.ts';
import { isHeld, workerLockName } from './workerLock.ts';

/** The state of a run, from its folder. */
export type RunState =
  | { kind: 'done'; record: RunRecord }
  /** Not started, interrupted, or failed. */
  | { kind: 'open' }
  /** There is a result, but it cannot be relied on. */
  | { kind: 'damaged'; reason: string }
  /** There may be a result that cannot be read, so the run must not be run again. */
  | { kind: 'unreadable'; reason: string; remedy: string };

/** JSON as this project stores it: indented, with keys in schema order and a final newline. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Number of folders read concurrently; more would run out of file handles without being faster. */
const atOnce = 32;

/** A folder with the folders of runs, as plain files; see docs/run-store.md. */
export class RunStore {
  readonly folder: string;
  readonly #reading = new PQueue({ concurrency: atOnce });
  /** The last diff that was written, and its file. */
  #lastDiff: { file: string; content: Buffer } | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  folderOf(spec: RunSpec): string {
    return join(this.folder, runId(spec));
  }

  /** The state of a run and its record. Checks that the files belong to the run and match its seal. */
  state(spec: RunSpec, scrutiny: Scrutiny = 'glance'): Promise<RunState> {
    return this.#reading.add(async () => {
      const folder = this.folderOf(spec);
      try {
        if (!(await isThereIn(folder, runFiles.result))) return { kind: 'open' };
        const record = await readRecord(folder, scrutiny);
        if (record.result.key !== runKey(spec)) {
          return { kind: 'damaged', reason: 'its result belongs to another run' };
        }
        // The display names may have changed since; the run is the same. Where it found its data and weights is a fact.
        const { experiment, arm } = spec;
        return { kind: 'done', record: { ...record, spec: { ...record.spec, experiment, arm } } };
      } catch (error) {
        if (!(error instanceof RunFileError)) throw error;
        const { kind, message: reason, remedy } = error;
        if (kind === 'unfinished') return { kind: 'open' };
        return kind === 'unreadable' ? { kind, reason, remedy } : { kind: 'damaged', reason };
      }
    });
  }

  /** The names of all run folders, sorted; empty if the store does not exist yet. */
  async ids(): Promise<string[]> {
    const items = await readdir(this.folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw explainFileError(error, 'list', this.folder);
    });
    return items
      .filter((item) => !item.isFile() && isRunName(item.name))
      .map(({ name }) => name)
      .sort();
  }

  /** All runs in the store, read and checked, sorted by name. */
  async list(): Promise<RunSummary[]> {
    const ids = await this.ids();
    return this.#reading.addAll(ids.map((id) => () => summarise(join(this.folder, id))));
  }

  /**
   * Prepares a folder for a worker: removes what an earlier attempt left, except its checkpoint, events and telemetry,
   * and writes the specification. A folder of that name that is not certainly this run is moved to the trash.
   * Files that this program does not write are kept. `requireHeld` is called before each change and may
   * throw.
   *
   * @throws InputError if the folder of runs is not a store.
   */
  async open(
    spec: RunSpec,
    provenance: Provenance,
    diff: Buffer | undefined,
    requireHeld: () => void = () => undefined,
  ): Promise<string> {
    await makeStore(this.folder);
    const folder = this.folderOf(spec);
    if ((await isThere(folder)) && !(await isOwnRun(folder))) {
      requireHeld();
      await moveToTrash(this.folder, folder, 'its specification does not match its name');
    }
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const isKept =
        [runFiles.events, runFiles.telemetry].some((one) => one === name) ||
        name === workerLockName ||
        isCheckpoint(name);
      if (isKept || !isRunFile(name)) continue;
      requireHeld();
      // The locks of earlier versions are folders.
      await rm(join(folder, name), { recursive: name.endsWith('.lock') });
    }
    const files = new Map([
      [runFiles.spec, toJson(spec)],
      [runFiles.provenance, toJson(provenance)],
    ]);
    for (const [name, content] of files) {
      requireHeld();
      await writeFileAtomic(join(folder, name), content);
    }
    requireHeld();
    if (diff !== undefined) await this.#writeDiff(join(folder, runFiles.diff), diff);
    return folder;
  }

  /** All runs of a command have the same diff, so it is stored once and hard-linked if possible. */
  async #writeDiff(file: string, diff: Buffer): Promise<void> {
    if (this.#lastDiff?.content.equals(diff) === true) {
      const staging = stagingOf(file);
      try {
        await link(this.#lastDiff.file, staging);
        await rename(staging, file);
        return;
      } catch {
        await rm(staging, { force: true });
      }
    }
    await writeFileAtomic(file, diff);
    this.#lastDiff = { file, content: diff };
  }

  /**
   * Removes the files that a finished run no longer needs: its ticket, checkpoints and partial files, which a
   * process killed near the end of the run leaves. Files that cannot be removed are ignored.
   */
  tidy(spec: RunSpec): Promise<void> {
    return this.#reading.add(async () => {
      const folder = this.folderOf(spec);
      if (await this.isHeld(spec)) return;
      for (const name of await readdir(folder)) {
        const isNeeded = sealedNames.includes(name) || name === runFiles.seal || name === runFiles.log;
        if (!isRunFile(name) || isNeeded || name === workerLockName) continue;
        await rm(join(folder, name), { force: true }).catch(() => undefined);
      }
    });
  }

  /** Steps that another attempt can skip thanks to a checkpoint; zero without one. */
  async stepsKept(spec: RunSpec): Promise<number> {
    // An error is ignored, because this only decides how often a run is retried.
    const names = await readdir(this.folderOf(spec)).catch((): string[] => []);
    return Math.max(0, ...names.map((name) => Number(/^checkpoint-(\d+)\.npz$/.exec(name)?.[1] ?? 0)));
  }

  /**
   * Renames a run's folder to the next free `ID.old-NUMBER`, and returns the new path; undefined if the
   * folder does not exist.
   */
  async setAside(spec: RunSpec): Promise<string | undefined> {
    const folder = this.folderOf(spec);
    if (!(await exists(folder))) return undefined;
    let number = 1;
    while (await exists(`${folder}.old-${number}`)) number += 1;
    await rename(folder, `${folder}.old-${number}`);
    return `${folder}.old-${number}`;
  }

  /** Moves a run that cannot be relied on to the trash, and returns its new path. */
  discard(spec: RunSpec, reason: string): Promise<string> {
    return moveToTrash(this.folder, this.folderOf(spec), reason);
  }

  /**
   * Runs `work` while no other process manages this run; otherwise does nothing and resolves to undefined.
   * `work` is passed the lock, to check whether it was lost.
   *
   * @throws OutsideError if the lock was lost; InputError if the folder of runs is not a store.
   */
  async whileLocked<T>(spec: RunSpec, work: (held: HeldLock) => Promise<T>): Promise<T | undefined> {
    await makeStore(this.folder);
    return (await tryWithLock(this.folderOf(spec), (_lost, held) => work(held)))?.result;
  }

  /** Whether a process manages this run or works on it. */
  isHeld(spec: RunSpec): Promise<boolean> {
    return isHeld(this.folderOf(spec));
  }
}

/**
 * Writes what makes a run done: its timing, then its result, then its seal. `requireHeld` is called before
 * each and may throw.
 */
export async function writeResult(
  folder: string,
  result: RunResult,
  timing: Omit<RunTiming, 'resultSha256' | 'sealed'>,
  requireHeld: () => void = () => undefined,
): Promise<void> {
  const text = toJson(result);
  const resultSha256 = sha256Of(Buffer.from(text));
  requireHeld();
  await writeFileAtomic(join(folder, runFiles.timing), toJson({ ...timing, resultSha256, sealed: true }));
  requireHeld();
  await writeFileAtomic(join(folder, runFiles.result), text);
  requireHeld();
  await writeSeal(folder, result.key);
}

async function isThereIn(folder: string, name: string): Promise<boolean> {
  try {
    return await isThere(join(folder, name));
  } catch (error) {
    throw unreadable(name, error);
  }
}
