import { rm } from 'node:fs/promises';
import { withLock } from '@bit-repro/artifacts';
import { filesOfEndedArrays } from '../launch/slurm/endedArrays.ts';
import { inspect, type InspectedRun } from '../store/inspect.ts';
import { readRecord } from '../store/readRun.ts';
import { sourceDigest } from '../store/sourceDigest.ts';
import type { RunSummary } from '../store/summary.ts';
import { readTicket } from '../store/ticket.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { openStore, type StoreOptions } from './openStore.ts';
import { tableLines } from './table.ts';
import { inLine } from '../terminal/clean.ts';
import { counted, inMebibytes } from '../words.ts';

export interface GcOptions extends Pick<StoreOptions, 'runs'> {
  /** Otherwise it is only told what would be removed. */
  delete: boolean;
  /** Finished runs too, where other code made them. */
  finished: boolean;
}

/** Another process that takes a run while it is being removed keeps it. */
const patienceMs = 2_000;

interface Garbage {
  run: RunSummary;
  reason: string;
  bytes: number;
}

/** Removes runs that are of no use, or tells which those are: never what is running, nor, unless told, what is finished. */
export async function gc(options: GcOptions, { print }: CommandContext): Promise<number> {
  const sources = await sourceDigest();
  const garbage: Garbage[] = [];
  const store = openStore(options);
  const runs = await store.list();
  for (const run of runs) {
    const reason = reasonToRemove(run, sources, options.finished);
    if (reason === undefined) continue;
    const { files } = await inspect(run.folder);
    // What this code can go on from is of use.
    if (hasCheckpoint(files) && run.spec?.sources === sources) continue;
    const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
    garbage.push({ run, reason, bytes });
  }
  for (const line of tableLines(
    garbage.map(({ run: { id }, reason, bytes }) => [id, inMebibytes(bytes), reason]),
    { right: [1] },
  )) {
    print(line);
  }
  const tickets = await Promise.all(runs.map(({ folder }) => readTicket(folder)));
  const leftovers = await filesOfEndedArrays(
    store.folder,
    tickets.filter((ticket) => ticket !== undefined),
  );
  const total = [...garbage, ...leftovers].reduce((sum, { bytes }) => sum + bytes, 0);
  const files = leftovers.length > 0 ? ` and ${counted(leftovers.length, 'file')} of ended job arrays` : '';
  const found = `${counted(garbage.length, 'run')}${files}, ${inMebibytes(total)}`;
  if (!options.delete) {
    print(
      garbage.length + leftovers.length === 0
        ? 'There is nothing to remove.'
        : `${found}; nothing was removed: --delete does so.`,
    );
    return exitCodes.done;
  }
  let removed = 0;
  for (const { run } of garbage) {
    if (await remove(run)) removed += 1;
    else print(`kept ${inLine(run.id)}: another process has taken it`);
  }
  for (const { file } of leftovers) await rm(file, { force: true });
  print(`${counted(removed, 'run')} removed of ${found}`);
  return exitCodes.done;
}

function reasonToRemove(run: RunSummary, sources: string, finished: boolean): string | undefined {
  switch (run.state) {
    case 'done':
      return finished && run.spec.sources !== sources
        ? 'finished, by other code than there is now'
        : undefined;
    case 'foreign':
      return finished ? 'of another version of this program' : undefined;
    case 'running':
      return undefined;
    case 'interrupted':
      return 'interrupted';
    default:
      return `${run.state}: ${run.reason}`;
  }
}

const hasCheckpoint = (files: InspectedRun['files']): boolean =>
  Object.keys(files).some((name) => name.startsWith('checkpoint'));

/** Removes a run under its lock, unless another process has taken or finished it meanwhile. */
async function remove({ folder, state }: RunSummary): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await withLock(
      folder,
      async () => {
        const isDone = await readRecord(folder).then(
          () => true,
          () => false,
        );
        if (isDone && state !== 'done') return false;
        await rm(folder, { recursive: true });
        return true;
      },
      { signal },
    );
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
