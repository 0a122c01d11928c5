import { isLocked, withLock } from '@bit-repro/artifacts';
import { resultCode } from '../code/resultCode.ts';
import { inspect, type InspectedRun } from './inspect.ts';
import { isOwnRun } from './ownership.ts';
import { summarise, type RunSummary } from './summary.ts';
import { moveToTrash } from './trash.ts';
import { workerLockOf } from './workerLock.ts';

/** How long to wait for another process that holds a run before leaving the run to it. */
const patienceMs = 2_000;

/** A run that can be removed, and why. */
export interface Garbage {
  run: RunSummary;
  reason: string;
  bytes: number;
}

export interface GarbageOptions {
  /** Include finished runs made by other code. */
  finished: boolean;
  /** Finished runs to include, by ID, each with the one that replaces it. */
  superseded: ReadonlyMap<string, Pick<RunSummary, 'id'>>;
}

/**
 * The runs of a store that are no longer useful: never running ones, and finished ones only if they are asked for. `foreign` are those that would be included, but are not certainly runs of this program.
 */
export async function findGarbage(
  runs: readonly RunSummary[],
  options: GarbageOptions,
): Promise<{ garbage: Garbage[]; foreign: RunSummary[] }> {
  const { digest: sources } = await resultCode();
  const garbage: Garbage[] = [];
  const foreign: RunSummary[] = [];
  for (const run of runs) {
    const reason = reasonToRemove(run, sources, options);
    if (reason === undefined) continue;
    if (!(await isOwnRun(run.folder))) {
      foreign.push(run);
      continue;
    }
    const { files } = await inspect(run.folder);
    // Keep runs that the current code can resume.
    if (hasCheckpoint(files) && run.spec?.sources === sources) continue;
    garbage.push({ run, reason, bytes: bytesOf(files) });
  }
  return { garbage, foreign };
}

function reasonToRemove(
  run: RunSummary,
  sources: string,
  { finished, superseded }: GarbageOptions,
): string | undefined {
  switch (run.state) {
    case 'done': {
      const by = superseded.get(run.id);
      if (by !== undefined) return `superseded by ${by.id}`;
      return finished && run.spec.sources !== sources ? 'finished, but made by other code' : undefined;
    }
    case 'foreign':
      return finished ? 'written by another version of this program' : undefined;
    case 'running':
    case 'unreadable':
      return undefined;
    case 'interrupted':
      return 'interrupted';
    default:
      return `${run.state}: ${run.reason}`;
  }
}

const hasCheckpoint = (files: InspectedRun['files']): boolean =>
  Object.keys(files).some((name) => name.startsWith('checkpoint'));

const bytesOf = (files: InspectedRun['files']): number =>
  Object.values(files).reduce((sum, size) => sum + size, 0);

/**
 * Moves a run to the trash, unless another process has taken or finished it meanwhile. Returns whether it was
 * moved.
 */
export async function discard(
  store: string,
  { folder, state }: RunSummary,
  reason: string,
): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await withLock(
      folder,
      async (_lost, { requireHeld }) => {
        if (await isLocked(workerLockOf(folder))) return false;
        if ((await summarise(folder)).state === 'done' && state !== 'done') return false;
        if (!(await isOwnRun(folder))) return false;
        requireHeld();
        await moveToTrash(store, folder, reason);
        return true;
      },
      { signal },
    );
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
