import { basename, join } from 'node:path';
import { exists, isLocked } from '@bit-repro/artifacts';
import { RunFileError } from './errors.ts';
import { readHeartbeat, type Heartbeat } from './heartbeat.ts';
import { readJson, readRecord, readSpec } from './readRun.ts';
import { readTicket } from './ticket.ts';
import {
  provenanceSchema,
  runErrorSchema,
  runFiles,
  type Provenance,
  type RunResult,
  type RunSpec,
  type RunTiming,
} from './records.ts';

/** What a folder of the store holds, in short. */
export type RunSummary = {
  id: string;
  folder: string;
  /** Absent where it cannot be read. */
  spec?: RunSpec;
  git?: Provenance['git'];
} & RunCondition;

export type RunCondition =
  | { state: 'done'; spec: RunSpec; git: Provenance['git']; final: RunResult['final']; timing: RunTiming }
  /** There is a result, but not one to rely on. */
  | { state: 'damaged'; reason: string }
  /** Written by another version of this program. */
  | { state: 'foreign'; reason: string }
  /** A process holds it, or a cluster has it in its queue; before its worker has said anything there is no heartbeat. */
  | { state: 'running'; heartbeat?: Heartbeat }
  | { state: 'failed'; reason: string }
  /** Begun, and given up by whatever process did so. */
  | { state: 'interrupted' };

export const runStates = ['done', 'running', 'failed', 'interrupted', 'damaged', 'foreign'] as const;

/** Looks at the folder of a run. Never throws for what it finds there. */
export async function summarise(folder: string): Promise<RunSummary> {
  const id = basename(folder);
  try {
    const { spec, provenance, result, timing } = await readRecord(folder);
    return { id, folder, spec, git: provenance.git, state: 'done', final: result.final, timing };
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    const about = { id, folder, ...(await readWhatThereIs(folder)) };
    const hasResult = await exists(join(folder, runFiles.result));
    if (hasResult) return { ...about, state: error.kind, reason: error.message };
    return { ...about, ...(await conditionOfOpen(folder)) };
  }
}

async function readWhatThereIs(folder: string): Promise<Pick<RunSummary, 'spec' | 'git'>> {
  const [spec, provenance] = await Promise.all([
    readSpec(folder).catch(nothingIfUnreadable),
    readJson(folder, runFiles.provenance, provenanceSchema).catch(nothingIfUnreadable),
  ]);
  return { ...(spec && { spec }), ...(provenance && { git: provenance.git }) };
}

async function conditionOfOpen(folder: string): Promise<RunCondition> {
  const isHeld = await isLocked(folder);
  const failure = await readJson(folder, runFiles.error, runErrorSchema).catch(nothingIfUnreadable);
  // Nobody may be there to take the ticket of a job away that has failed on a cluster.
  if (failure !== undefined && !isHeld) return { state: 'failed', reason: failure.message };
  if (isHeld || (await readTicket(folder))?.outlives === true) {
    const heartbeat = await readHeartbeat(folder);
    return { state: 'running', ...(heartbeat && { heartbeat }) };
  }
  return { state: 'interrupted' };
}

function nothingIfUnreadable(error: unknown): undefined {
  if (!(error instanceof RunFileError)) throw error;
}
