import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles, type RunResult } from './records.ts';
import { summarise, type RunSummary } from './summary.ts';

/** Everything that a run's folder says, as it was written; files that are not there are left out. */
export interface RunContents {
  result?: unknown;
  spec?: unknown;
  provenance?: unknown;
  timing?: unknown;
  error?: unknown;
  heartbeat?: unknown;
}

export interface InspectedRun {
  id: string;
  folder: string;
  state: RunSummary['state'];
  /** Of a run that is done. */
  final?: RunResult['final'];
  /** Why it is not done, where that is known. */
  reason?: string;
  contents: RunContents;
  /** Bytes of every file. */
  files: Record<string, number>;
}

const readable = ['result', 'spec', 'provenance', 'timing', 'error', 'heartbeat'] as const;

/** Reads all of a run, whatever state it is in and whichever version wrote it. */
export async function inspect(folder: string): Promise<InspectedRun> {
  const summary = await summarise(folder);
  const { id, state } = summary;
  const contents: RunContents = {};
  for (const name of readable) {
    const content = await parsed(join(folder, runFiles[name]));
    if (content !== undefined) contents[name] = content;
  }
  const files: Record<string, number> = {};
  for (const name of (await readdir(folder)).sort()) files[name] = (await stat(join(folder, name))).size;
  return {
    id,
    folder,
    state,
    ...('final' in summary && { final: summary.final }),
    ...('reason' in summary && { reason: summary.reason }),
    contents,
    files,
  };
}

/** The content of a JSON file; nothing where it is missing, a remark where it is no JSON. */
async function parsed(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { unreadable: text.slice(0, 200) };
  }
}
