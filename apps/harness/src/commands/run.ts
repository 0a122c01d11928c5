import { resolve } from 'node:path';
import { provision } from '@bit-repro/engine';
import { openData } from '../openData.ts';
import { resourcesOf } from '../forecast/resources.ts';
import { carryOut } from '../launch/carryOut.ts';
import type { JobOutcome } from '../launch/launcher.ts';
import { LocalLauncher } from '../launch/localLauncher.ts';
import { loadPlan, type PlanOptions } from '../plan/index.ts';
import { downloadBar, makeBoard } from '../progress/board.ts';
import { gatherProvenance } from '../provenance/provenance.ts';
import { deviceName } from '../provenance/host.ts';
import type { RunRecord } from '../store/records.ts';
import { RunStore } from '../store/runStore.ts';
import { sourceDigest } from '../store/sourceDigest.ts';
import { specOf } from '../store/specOf.ts';
import { weightsDigest } from '../weights/weights.ts';
import { workspaceRoot } from '../workspace.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { reportRuns } from './reportRuns.ts';

export interface RunOptions extends PlanOptions {
  runs: string;
  reports: string;
  saveWeights: boolean;
}

/** Runs what an experiment still lacks and writes its report; returns the exit code. */
export async function run(configFile: string, options: RunOptions, context: CommandContext): Promise<number> {
  const { print, signal } = context;
  const { experiment, profile, reason, planned, gpus } = await loadPlan(configFile, options);
  print(`${experiment.title}\nprofile ${profile}: ${reason}`);
  for (const assignment of experiment.origin.set) print(`set     ${assignment}`);
  for (const title of new Set(planned.map((one) => `${one.model}, ${one.weights.name}`)))
    print(`model   ${title}`);

  const bar = downloadBar();
  const fetching = { onProgress: bar.onProgress, onMessage: print };
  const installation = await provision(fetching);
  const { sha1 } = await openData(fetching);
  const digests = new Map<string, string | undefined>();
  for (const { weights } of planned) {
    if (!digests.has(weights.name)) digests.set(weights.name, await weightsDigest(weights, bar.onProgress));
  }
  bar.close();
  const device = deviceName(installation.flavour === 'cuda' ? gpus[0] : undefined);
  print(`engine  TensorFlow ${installation.tensorflowVersion} (${installation.flavour}) on ${device}`);

  const sources = await sourceDigest();
  const engine = { flavour: installation.flavour, tensorflow: installation.tensorflowVersion, device };
  const specs = planned.map((one) => {
    const weightsSha256 = digests.get(one.weights.name);
    const surroundings = { dataset: { name: 'cifar10' as const, sha1 }, engine, sources };
    return specOf(one, { ...surroundings, ...(weightsSha256 === undefined ? {} : { weightsSha256 }) });
  });
  const store = new RunStore(resolve(workspaceRoot, options.runs));
  const { provenance, diff } = await gatherProvenance({ config: experiment, profile, installation, gpus });

  const launcher = new LocalLauncher(installation, gpus);
  const board = makeBoard(print);
  const stopping = new AbortController();
  const stop = (): void => {
    const again = stopping.signal.aborted;
    if (!again) print('Stopping after the step in hand; interrupt again to stop at once.');
    stopping.abort();
    launcher.cancel(again);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  signal.addEventListener('abort', stop);

  try {
    const before = await Promise.all(specs.map((spec) => store.state(spec)));
    const done = before.filter(({ kind }) => kind === 'done').length;
    print(`runs    ${specs.length}, of which ${done} are done already\n`);
    const outcomes = await carryOut(specs, {
      store,
      launcher,
      listener: board,
      provenance,
      diff,
      saveWeights: options.saveWeights,
      resources: resourcesOf(installation.flavour, gpus),
      signal: stopping.signal,
      print,
    });
    board.close();
    const after = await Promise.all(specs.map((spec) => store.state(spec)));
    const records = after.flatMap((state): RunRecord[] => (state.kind === 'done' ? [state.record] : []));
    const failures = outcomes.flatMap((outcome, index) =>
      outcome.kind === 'done' ? [] : [{ run: planned[index]!, reason: reasonOf(outcome) }],
    );
    await reportRuns(
      {
        experiment,
        profile,
        planned,
        records,
        failures,
        generatedAt: new Date(),
        folder: resolve(workspaceRoot, options.reports, experiment.name),
      },
      print,
    );
    if (stopping.signal.aborted) return exitCodes.interrupted;
    return outcomes.every(({ kind }) => kind === 'done') ? exitCodes.done : exitCodes.failed;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

const reasonOf = (outcome: Exclude<JobOutcome, { kind: 'done' }>): string =>
  outcome.kind === 'failed' ? outcome.message : 'stopped before it was done';
