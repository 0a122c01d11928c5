import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFileError } from './errors.ts';
import { readRunFile } from './readFile.ts';
import { readRecord } from './readRun.ts';
import { runFiles, type RunResult } from './records.ts';
import { summarise, type RunSummary } from './summary.ts';

/** Everything that a run's folder says, as it was written; files that are not there are left out. */
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
  /** Of a run that is done. */
  final?: RunResult['final'];
  /** Of a run that is done: false where it is from before there were seals. */
  isSealed?: boolean;
  /** Why it is not done, where that is known. */
  reason?: string;
  contents: RunContents;
  /** Bytes of every file. */
  files: Record<string, number>;
}

const readable = ['result', 'spec', 'provenance', 'timing', 'seal', 'error', 'heartbeat'] as const;

/** Reads all of a run, every byte of it, whatever state it is in and whichever version wrote it. */
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

/** The content of a JSON file; nothing where it is missing, a remark where it is no JSON or cannot be read. */
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
