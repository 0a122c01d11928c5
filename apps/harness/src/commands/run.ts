import { resolve } from 'node:path';
import { resourcesOf } from '../forecast/resources.ts';
import { carryOut } from '../launch/carryOut.ts';
import type { JobOutcome } from '../launch/launcher.ts';
import { LocalLauncher } from '../launch/localLauncher.ts';
import { prepareRuns } from '../launch/prepareRuns.ts';
import { whileInterruptible } from '../launch/whileInterruptible.ts';
import { loadPlan, type PlanOptions } from '../plan/index.ts';
import { makeBoard } from '../progress/board.ts';
import type { RunRecord } from '../store/records.ts';
import { RunStore } from '../store/runStore.ts';
import { workspaceRoot } from '../workspace.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { reportRuns } from './reportRuns.ts';

export interface RunOptions extends PlanOptions {
  runs: string;
  reports: string;
  saveWeights: boolean;
  force: boolean;
}

/** Runs what an experiment still lacks and writes its report; returns the exit code. */
export async function run(
  configFile: string,
  options: RunOptions,
  { print, signal: outer }: CommandContext,
): Promise<number> {
  const plan = await loadPlan(configFile, options);
  const { installation, specs, provenance, diff } = await prepareRuns(plan, print);
  const { experiment, profile, planned, gpus } = plan;
  const store = new RunStore(resolve(workspaceRoot, options.runs));
  const launcher = new LocalLauncher(installation, gpus);
  const board = makeBoard(print);
  return whileInterruptible({ launcher, outer, print }, async (signal) => {
    const before = await Promise.all(specs.map((spec) => store.state(spec)));
    const done = before.filter(({ kind }) => kind === 'done').length;
    const again = options.force && done > 0 ? ', and done again' : '';
    print(`runs    ${specs.length}, of which ${done} are done already${again}\n`);
    const outcomes = await carryOut(specs, {
      store,
      launcher,
      listener: board,
      provenance,
      diff,
      saveWeights: options.saveWeights,
      force: options.force,
      resources: resourcesOf(installation.flavour, gpus),
      signal,
      print,
    });
    board.close();
    const after = await Promise.all(specs.map((spec) => store.state(spec)));
    const records = after.flatMap((state): RunRecord[] => (state.kind === 'done' ? [state.record] : []));
    const failures = outcomes.flatMap((outcome, index) =>
      outcome.kind === 'done' ? [] : [{ run: planned[index]!, reason: reasonOf(outcome) }],
    );
    const folder = resolve(workspaceRoot, options.reports, experiment.name);
    await reportRuns(
      { experiment, profile, planned, records, failures, generatedAt: new Date(), folder },
      print,
    );
    if (signal.aborted) return exitCodes.interrupted;
    return outcomes.every(({ kind }) => kind === 'done') ? exitCodes.done : exitCodes.failed;
  });
}

const reasonOf = (outcome: Exclude<JobOutcome, { kind: 'done' }>): string =>
  outcome.kind === 'failed' ? outcome.message : 'stopped before it was done';
