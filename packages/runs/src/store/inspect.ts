import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFileError } from './errors.ts';
import { readRunFile } from './readFile.ts';
import { readRecord } from './readRun.ts';
import { runFiles, type RunResult } from './records.ts';
import { summarise, type RunSummary } from './summary.ts';

/** The content of the files of a run's folder; missing files are left out. */
interface RunContents {
  result?: unknown;
  spec?: unknown;
  provenance?: unknown;
  timing?: unknown;
  seal?: unknown;
  error?: unknown;
  heartbeat?: unknown;
}

export interface InspectedRun {
  id: string;
  folder: string;
  state: RunSummary['state'];
  /** Of a finished run. */
  final?: RunResult['final'];
  /** Of a finished run; false if it was written before seals existed. */
  isSealed?: boolean;
  /** Why it is not done, if known. */
  reason?: string;
  contents: RunContents;
  /** Size of every file in bytes. */
  files: Record<string, number>;
}

const readable = ['result', 'spec', 'provenance', 'timing', 'seal', 'error', 'heartbeat'] as const;

/** Reads a run completely, in whatever state it is and whichever version wrote it. */
export async function inspect(folder: string): Promise<InspectedRun> {
  const summary = await scrutinised(await summarise(folder));
  const { id, state } = summary;
  const contents: RunContents = {};
  for (const name of readable) {
    const content = await parsed(folder, runFiles[name]);
    if (content !== undefined) contents[name] = content;
  }
  const files: Record<string, number> = {};
  for (const name of (await readdir(folder)).sort()) files[name] = (await lstat(join(folder, name))).size;
  return {
    id,
    folder,
    state,
    ...('final' in summary && { final: summary.final, isSealed: summary.isSealed }),
    ...('reason' in summary && { reason: summary.reason }),
    contents,
    files,
  };
}

async function scrutinised(summary: RunSummary): Promise<RunSummary> {
  if (summary.state !== 'done') return summary;
  try {
    await readRecord(summary.folder);
    return summary;
  } catch (error) {
    if (!(error instanceof RunFileError) || error.kind === 'unfinished') throw error;
    const { id, folder, spec, git } = summary;
    return { id, folder, spec, git, state: error.kind, reason: error.message };
  }
}

/**
 * The content of a JSON file; undefined if it is missing, or a remark if it is not JSON or cannot be read.
 */
async function parsed(folder: string, name: string): Promise<unknown> {
  let text: string;
  try {
    text = (await readRunFile(folder, name)).toString('utf8');
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    return error.kind === 'unreadable' ? { unreadable: error.message } : undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { unreadable: text.slice(0, 200) };
  }
}
