import { randomUUID } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { ifAny, toldOf } from '@bit-repro/artifacts';
import { latestPlans, plansFolder, RunStore, summarise, type RunSummary } from '@bit-repro/runs';
import { Pace } from '@bit-repro/terminal';
import { rowOf, type RunRow } from './runRow.ts';
import { totalsOf, type Totals } from './totals.ts';

/** What has changed in a store since a version of it. */
export interface Changes {
  /** To be passed to the next call. */
  version: string;
  /** Whether `rows` are all, because the version was of another watcher or too old. */
  isAll: boolean;
  rows: RunRow[];
  removed: string[];
  totals: Totals;
  /** Why the store could not be read this time; the rows are those of the last time. */
  problem?: string;
}

interface Watched {
  row: RunRow;
  /** Of the run's folder when it was read; undefined for runs that are only planned. */
  mark: string | undefined;
  isRunning: boolean;
  /** The version in which the row last changed. */
  changed: number;
  pace?: { pace: Pace; startedAt: string };
}

const atOnce = 32;
/** The store is not read more often, however many ask. */
const defaultEveryMs = 1000;
/** Runs in which nothing seems to change are read again in turn, this many each time: not every change shows in a folder’s time. */
const inTurn = 10;

/**
 * The rows of a store, kept up to date by reading what changed: runs that a process works on, and those whose folder has
 * another modification time. It takes no lock and writes nothing.
 */
export class WatchedStore {
  readonly #store: RunStore;
  readonly #everyMs: number;
  readonly #id = randomUUID();
  readonly #runs = new Map<string, Watched>();
  readonly #removed = new Map<string, number>();
  readonly #reading = new PQueue({ concurrency: atOnce });
  #version = 0;
  #refreshing: Promise<void> | undefined;
  #refreshedAt = -Infinity;
  #turn = 0;
  #plans: { mark: string; planned: Map<string, string> } | undefined;
  #problem: string | undefined;

  constructor(folder: string, everyMs = defaultEveryMs) {
    this.#store = new RunStore(folder);
    this.#everyMs = everyMs;
  }

  /** Reads what changed, unless that was done a moment ago. Never throws. */
  async refresh(): Promise<void> {
    if (this.#refreshing === undefined && performance.now() - this.#refreshedAt < this.#everyMs) return;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
      this.#refreshedAt = performance.now();
    });
    await this.#refreshing;
  }

  get rows(): RunRow[] {
    return [...this.#runs.values()].map(({ row }) => row);
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** The folder of a run that has one; undefined for any other name. */
  folderOf(id: string): string | undefined {
    return this.#runs.get(id)?.mark === undefined ? undefined : join(this.#store.folder, id);
  }

  changesSince(version = ''): Changes {
    const [id, number] = version.split('.');
    const isAll = id !== this.#id;
    const since = isAll ? -1 : Number(number);
    const later = ([, changed]: [string, number]): boolean => changed > since;
    return {
      version: `${this.#id}.${this.#version}`,
      isAll,
      rows: [...this.#runs.values()].filter(({ changed }) => changed > since).map(({ row }) => row),
      removed: isAll ? [] : [...this.#removed].filter(later).map(([name]) => name),
      totals: totalsOf(this.rows),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  async #refresh(): Promise<void> {
    this.#problem = undefined;
    try {
      this.#version += 1;
      const ids = await this.#store.ids();
      const again = this.#nextInTurn(ids);
      await this.#reading.addAll(ids.map((id) => () => this.#look(id, again.has(id))));
      const planned = await this.#planned();
      for (const [id, experiment] of planned) {
        if (this.#runs.get(id)?.mark === undefined)
          this.#set(id, { row: { id, state: 'planned', experiment }, mark: undefined, isRunning: false });
      }
      const there = new Set([...ids, ...planned.keys()]);
      for (const id of this.#runs.keys()) if (!there.has(id)) this.#remove(id);
    } catch (error) {
      this.#problem = toldOf(error).message;
    }
  }

  async #look(id: string, isItsTurn: boolean): Promise<void> {
    const folder = join(this.#store.folder, id);
    const known = this.#runs.get(id);
    // Before the run is read: what changes meanwhile is seen next time. What cannot be read, `summarise` tells.
    const mark = await markOf(folder).catch(() => '');
    if (mark === undefined) {
      this.#remove(id);
      return;
    }
    if (known?.mark === mark && !known.isRunning && !isItsTurn) return;
    const run = await summarise(folder);
    const pace = run.state === 'running' ? paceOf(run, known) : undefined;
    const perSecond = pace?.pace.perSecond;
    const row = rowOf(run);
    if (row.state === 'running' && perSecond !== undefined)
      row.left = Math.round((row.steps! - row.step!) / perSecond);
    this.#set(id, { row, mark, isRunning: run.state === 'running', ...(pace && { pace }) });
  }

  #nextInTurn(ids: readonly string[]): Set<string> {
    const start = this.#turn;
    this.#turn = start + inTurn >= ids.length ? 0 : start + inTurn;
    return new Set(ids.slice(start, start + inTurn));
  }

  #set(id: string, watched: Omit<Watched, 'changed'>): void {
    const known = this.#runs.get(id);
    const isSame = known !== undefined && JSON.stringify(known.row) === JSON.stringify(watched.row);
    this.#runs.set(id, { ...watched, changed: isSame ? known.changed : this.#version });
    this.#removed.delete(id);
  }

  #remove(id: string): void {
    if (this.#runs.delete(id)) this.#removed.set(id, this.#version);
  }

  /** The runs of the latest plans, and their experiments. */
  async #planned(): Promise<Map<string, string>> {
    try {
      const mark = (await markOf(plansFolder(this.#store.folder))) ?? '';
      if (this.#plans?.mark !== mark) {
        const planned = new Map<string, string>();
        for (const [experiment, ids] of await latestPlans(this.#store.folder))
          for (const id of ids) planned.set(id, experiment);
        this.#plans = { mark, planned };
      }
    } catch (error) {
      this.#problem = `The plans cannot be read: ${toldOf(error).message}`;
    }
    return this.#plans?.planned ?? new Map<string, string>();
  }
}

/** Changes when an entry of the folder is made, replaced or removed; undefined if there is no such folder. */
async function markOf(folder: string): Promise<string | undefined> {
  const found = await ifAny(folder, (path) => lstat(path, { bigint: true }));
  return found && `${found.ino} ${found.mtimeNs}`;
}

function paceOf(run: RunSummary & { state: 'running' }, known: Watched | undefined): Watched['pace'] {
  if (run.heartbeat === undefined) return undefined;
  const { startedAt, step } = run.heartbeat;
  const paced = known?.pace?.startedAt === startedAt ? known.pace : { pace: new Pace(), startedAt };
  paced.pace.see(step);
  return paced;
}
