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

/** What is known of a run from its folder. */
export type RunState =
  | { kind: 'done'; record: RunRecord }
  /** Never begun, interrupted, or failed. */
  | { kind: 'open' }
  /** There is a result, but not one to rely on. */
  | { kind: 'damaged'; reason: string }
  /** There may be a result: it cannot be told, so the run must not be done again. */
  | { kind: 'unreadable'; reason: string; remedy: string };

/** JSON as this project stores it: indented, keys in the order of the schema, a newline at the end. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Folders that are read at a time: more would run out of file handles before they gained anything. */
const atOnce = 32;

/** A folder of run folders. Plain files; see docs/run-store.md. */
export class RunStore {
  readonly folder: string;
  readonly #reading = new PQueue({ concurrency: atOnce });
  /** The difference to the commit that was written last, and where. */
  #lastDiff: { file: string; content: Buffer } | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  folderOf(spec: RunSpec): string {
    return join(this.folder, runId(spec));
  }

  /** Whether a run is done, and its record; one whose files do not fit the run, or its seal, is found out here. */
  state(spec: RunSpec, scrutiny: Scrutiny = 'glance'): Promise<RunState> {
    return this.#reading.add(async () => {
      const folder = this.folderOf(spec);
      try {
        if (!(await isThereIn(folder, runFiles.result))) return { kind: 'open' };
        const record = await readRecord(folder, scrutiny);
        if (record.result.key !== runKey(spec)) {
          return { kind: 'damaged', reason: 'its result is of another run' };
        }
        // The display names may have changed since; the run is the same.
        return { kind: 'done', record: { ...record, spec } };
      } catch (error) {
        if (!(error instanceof RunFileError)) throw error;
        const { kind, message: reason, remedy } = error;
        if (kind === 'unfinished') return { kind: 'open' };
        return kind === 'unreadable' ? { kind, reason, remedy } : { kind: 'damaged', reason };
      }
    });
  }

  /** The names of all folders of runs, sorted; none where there is no store yet. */
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

  /** Every run in the store, read and checked, in the order of their names. */
  async list(): Promise<RunSummary[]> {
    const ids = await this.ids();
    return this.#reading.addAll(ids.map((id) => () => summarise(join(this.folder, id))));
  }

  /**
   * Makes the folder ready for a worker: what an earlier attempt left is removed, but for its checkpoint and the events up to
   * it, and the specification is written. A folder of that name that is not provably the run's is moved into the trash, and
   * files that this program does not write stay. Before each change `requireHeld` may throw.
   *
   * @throws InputError when the folder of runs is no store.
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
      await moveToTrash(this.folder, folder, 'its specification is not the one of its name');
    }
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const isKept = name === runFiles.events || name === workerLockName || isCheckpoint(name);
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

  /** The runs of a command have the same difference: on the disk it is there once, where links are to be had. */
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
   * Removes from the folder of a run that is done what was of use before: the ticket, checkpoints, halves of files. A process that was
   * killed near the end of the run leaves such. What cannot be removed does no harm.
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

  /** Steps that its checkpoint saves another attempt; zero where there is none. */
  async stepsKept(spec: RunSpec): Promise<number> {
    // It decides no more than how often a run is tried again.
    const names = await readdir(this.folderOf(spec)).catch((): string[] => []);
    return Math.max(0, ...names.map((name) => Number(/^checkpoint-(\d+)\.npz$/.exec(name)?.[1] ?? 0)));
  }

  /** Moves a run's folder to a free name beside it, `ID.old-1` and so on, and returns that; nothing where there is none. */
  async setAside(spec: RunSpec): Promise<string | undefined> {
    const folder = this.folderOf(spec);
    if (!(await exists(folder))) return undefined;
    let number = 1;
    while (await exists(`${folder}.old-${number}`)) number += 1;
    await rename(folder, `${folder}.old-${number}`);
    return `${folder}.old-${number}`;
  }

  /** Moves a run that cannot be relied on into the trash, with all that is in its folder; returns where it is. */
  discard(spec: RunSpec, reason: string): Promise<string> {
    return moveToTrash(this.folder, this.folderOf(spec), reason);
  }

  /**
   * Runs `work` while no other process sees to this run; where one does, nothing is done and nothing returned. `work` can ask
   * whether it was lost to another process after all.
   *
   * @throws OutsideError when the lock was lost; InputError when the folder of runs is no store.
   */
  async whileLocked<T>(spec: RunSpec, work: (held: HeldLock) => Promise<T>): Promise<T | undefined> {
    await makeStore(this.folder);
    return (await tryWithLock(this.folderOf(spec), (_lost, held) => work(held)))?.result;
  }

  /** Whether a process sees to this run, or works on it. */
  isHeld(spec: RunSpec): Promise<boolean> {
    return isHeld(this.folderOf(spec));
  }
}

/**
 * Writes what makes a run done: its times first, then its result, its seal last. Before each `requireHeld` may throw.
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
