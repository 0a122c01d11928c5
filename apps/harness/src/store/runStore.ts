import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { exists, tryWithLock, writeFileAtomic } from '@bit-repro/artifacts';
import { isCheckpoint } from '@bit-repro/trainer';
import { RunFileError } from './errors.ts';
import { readRecord, readSpec } from './readRun.ts';
import {
  runFiles,
  type Provenance,
  type RunRecord,
  type RunResult,
  type RunSpec,
  type RunTiming,
} from './records.ts';
import { runId, runKey } from './runKey.ts';
import { summarise, type RunSummary } from './summary.ts';

export { readRecord, readSpec };

/** What is known of a run from its folder. */
export type RunState =
  | { kind: 'done'; record: RunRecord }
  /** Never begun, interrupted, or failed. */
  | { kind: 'open' }
  /** There is a result, but not one to rely on. */
  | { kind: 'damaged'; reason: string };

/** JSON as this project stores it: indented, keys in the order of the schema, a newline at the end. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Folders that are read at a time: more would run out of file handles before they gained anything. */
const atOnce = 32;

/** A folder of run folders. Plain files; see docs/run-store.md. */
export class RunStore {
  readonly folder: string;
  readonly #reading = new PQueue({ concurrency: atOnce });

  constructor(folder: string) {
    this.folder = folder;
  }

  folderOf(spec: RunSpec): string {
    return join(this.folder, runId(spec));
  }

  /** Whether a run is done, and its record; a result that does not fit its run or its checksum is found out here. */
  state(spec: RunSpec): Promise<RunState> {
    return this.#reading.add(async () => {
      const folder = this.folderOf(spec);
      if (!(await exists(join(folder, runFiles.result)))) return { kind: 'open' };
      try {
        const record = await readRecord(folder);
        if (record.result.key !== runKey(spec)) {
          return { kind: 'damaged', reason: 'its result is of another run' };
        }
        // The display names may have changed since; the run is the same.
        return { kind: 'done', record: { ...record, spec } };
      } catch (error) {
        if (!(error instanceof RunFileError)) throw error;
        return { kind: 'damaged', reason: error.message };
      }
    });
  }

  /** The names of all folders of runs, sorted; none where there is no store yet. */
  async ids(): Promise<string[]> {
    const items = await readdir(this.folder, { withFileTypes: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
    return items
      .filter((item) => item.isDirectory() && !item.name.startsWith('.') && !item.name.endsWith('.lock'))
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
   * it, and the specification is written.
   */
  async open(spec: RunSpec, provenance: Provenance, diff: string | undefined): Promise<string> {
    const folder = this.folderOf(spec);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (name === runFiles.events || isCheckpoint(name)) continue;
      await rm(join(folder, name), { recursive: true });
    }
    await writeFileAtomic(join(folder, runFiles.spec), toJson(spec));
    await writeFileAtomic(join(folder, runFiles.provenance), toJson(provenance));
    if (diff !== undefined) await writeFileAtomic(join(folder, runFiles.diff), diff);
    return folder;
  }

  /** Steps that its checkpoint saves another attempt; zero where there is none. */
  async stepsKept(spec: RunSpec): Promise<number> {
    const names = await readdir(this.folderOf(spec)).catch(() => []);
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

  /** Runs `work` while no other process works on this run; where one does, nothing is done and nothing returned. */
  async whileLocked<T>(spec: RunSpec, work: () => Promise<T>): Promise<T | undefined> {
    return (await tryWithLock(this.folderOf(spec), work))?.result;
  }
}

/** Writes what makes a run done: its times first, its result last. */
export async function writeResult(
  folder: string,
  result: RunResult,
  timing: Omit<RunTiming, 'resultSha256'>,
): Promise<void> {
  const text = toJson(result);
  const resultSha256 = createHash('sha256').update(text).digest('hex');
  await writeFileAtomic(join(folder, runFiles.timing), toJson({ ...timing, resultSha256 }));
  await writeFileAtomic(join(folder, runFiles.result), text);
}
