import { join, resolve } from 'node:path';
import { exists, isLocked, OutsideError, exitCodes } from '@bit-repro/artifacts';
import { prepareRuns } from './prepareRuns.ts';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { runFiles, runId, RunStore, readTicket, workerLockOf } from '@bit-repro/runs';
import type { CommandContext } from '@bit-repro/terminal';

export interface PrepareOptions extends ExperimentOptions {
  runs: string;
}

/**
 * Makes the folders of an experiment's unfinished runs, and prints `ready ID` for each. Apart from the
 * folder, `harness worker` only needs the caches, wherever it runs. A folder that is ready stays as it is
 * unless the run failed, since a worker may be using it.
 */
export async function prepare(
  configFile: string,
  options: PrepareOptions,
  context: CommandContext,
): Promise<number> {
  const { print } = context;
  const plan = await planOf(configFile, options);
  const store = new RunStore(resolve(options.runs));
  const { specs, provenance, diff } = await prepareRuns(plan, {
    store: store.folder,
    print,
    signal: context.signal,
  });
  for (const spec of specs) {
    context.signal.throwIfAborted();
    const state = await store.state(spec);
    if (state.kind === 'done') continue;
    if (state.kind === 'unreadable') throw new OutsideError(state.reason, state.remedy);
    // Undefined if another process, or a cluster, has the run.
    const isFree = await store.whileLocked(spec, async ({ requireHeld }) => {
      if ((await readTicket(store.folderOf(spec)))?.outlives === true) return undefined;
      if (await isLocked(workerLockOf(store.folderOf(spec)))) return undefined;
      if (state.kind === 'damaged') await store.discard(spec, state.reason);
      const has = (name: string): Promise<boolean> => exists(join(store.folderOf(spec), name));
      const isReady = (await has(runFiles.provenance)) && !(await has(runFiles.error));
      if (!isReady) await store.open(spec, provenance, diff, requireHeld);
      return true;
    });
    print(`${isFree ? 'ready' : 'running'} ${runId(spec)}`);
  }
  return exitCodes.done;
}
