import { basename, join } from 'node:path';
import { RunFileError } from './errors.ts';
import { readHeartbeat, type Heartbeat } from './heartbeat.ts';
import { isThere, readJsonIfSound } from './readFile.ts';
import { readRecord } from './readRun.ts';
import {
  provenanceSchema,
  runErrorSchema,
  runFiles,
  runSpecSchema,
  type Provenance,
  type RunResult,
  type RunSpec,
  type RunTiming,
} from './records.ts';
import { readTicket } from './ticket.ts';
import { isHeld } from './workerLock.ts';

/** A summary of a run's folder. */
export type RunSummary = {
  id: string;
  folder: string;
  /** Absent if it cannot be read. */
  spec?: RunSpec;
  git?: Provenance['git'];
} & RunCondition;

type RunCondition =
  | {
      state: 'done';
      spec: RunSpec;
      git: Provenance['git'];
      final: RunResult['final'];
      timing: RunTiming;
      /** False for runs from before seals existed. */
      isSealed: boolean;
    }
  /** There is a result, but it cannot be relied on. */
  | { state: 'damaged'; reason: string }
  /** Written by another version of this program. */
  | { state: 'foreign'; reason: string }
  /** Its files cannot be read. */
  | { state: 'unreadable'; reason: string }
  /**
   * A process holds it, or it is in the queue of a cluster. The heartbeat is absent until the worker has
   * written one.
   */
  | { state: 'running'; heartbeat?: Heartbeat }
  | { state: 'failed'; reason: string }
  /** Started, but no process is working on it. */
  | { state: 'interrupted' };

/** Summarises the folder of a run. Never throws, whatever it contains. */
export async function summarise(folder: string): Promise<RunSummary> {
  const id = basename(folder);
  try {
    return await summaryOf(folder);
  } catch (error) {
    return { id, folder, state: 'unreadable', reason: (error as Error).message };
  }
}

async function summaryOf(folder: string): Promise<RunSummary> {
  const id = basename(folder);
  try {
    const { spec, provenance, result, timing, isSealed } = await readRecord(folder, 'glance');
    const { final } = result;
    return { id, folder, spec, git: provenance.git, state: 'done', final, timing, isSealed };
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    const { kind, message: reason } = error;
    if (kind === 'unreadable') return { id, folder, state: kind, reason };
    const about = { id, folder, ...(await readWhatThereIs(folder)) };
    const hasResult = await isThere(join(folder, runFiles.result));
    if (hasResult && kind !== 'unfinished') return { ...about, state: kind, reason };
    return { ...about, ...(await conditionOfOpen(folder)) };
  }
}

async function readWhatThereIs(folder: string): Promise<Pick<RunSummary, 'spec' | 'git'>> {
  const [spec, provenance] = await Promise.all([
    readJsonIfSound(folder, runFiles.spec, runSpecSchema),
    readJsonIfSound(folder, runFiles.provenance, provenanceSchema),
  ]);
  return { ...(spec && { spec }), ...(provenance && { git: provenance.git }) };
}

async function conditionOfOpen(folder: string): Promise<RunCondition> {
  const isTaken = await isHeld(folder);
  const failure = await readJsonIfSound(folder, runFiles.error, runErrorSchema);
  // If a job failed on a cluster while nobody followed it, its ticket is still there.
  if (failure !== undefined && !isTaken) return { state: 'failed', reason: failure.message };
  if (isTaken || (await readTicket(folder))?.outlives === true) {
    const heartbeat = await readHeartbeat(folder);
    return { state: 'running', ...(heartbeat && { heartbeat }) };
  }
  return { state: 'interrupted' };
}
