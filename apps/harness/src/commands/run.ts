import { resolve } from 'node:path';
import { detectGpus, provision } from '@bit-repro/engine';
import { openData } from '../openData.ts';
import { loadExperiment } from '../config/index.ts';
import type { Job, JobOutcome } from '../launch/launcher.ts';
import { LocalLauncher } from '../launch/localLauncher.ts';
import { resolveRuns, selectProfile } from '../plan/index.ts';
import { downloadBar, makeBoard } from '../progress/board.ts';
import { gatherProvenance } from '../provenance/provenance.ts';
import { deviceName } from '../provenance/host.ts';
import type { RunRecord, RunSpec } from '../store/records.ts';
import { runId } from '../store/runKey.ts';
import { RunStore } from '../store/runStore.ts';
import { sourceDigest } from '../store/sourceDigest.ts';
import { specOf } from '../store/specOf.ts';
import { weightsDigest } from '../weights/weights.ts';
import { workspaceRoot } from '../workspace.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { reportRuns } from './reportRuns.ts';

export interface RunOptions {
  profile: string;
  runs: string;
  reports: string;
  saveWeights: boolean;
}

/** Runs what an experiment still lacks and writes its report; returns the exit code. */
export async function run(configFile: string, options: RunOptions, context: CommandContext): Promise<number> {
  const { print, signal } = context;
  const experiment = await loadExperiment(configFile);
  const gpus = await detectGpus();
  const { profile, reason } = selectProfile(experiment, options.profile, { gpus });
  print(`${experiment.title}\nprofile ${profile}: ${reason}`);
  const planned = resolveRuns(experiment, profile);
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
  const { provenance, diff } = await gatherProvenance({ configFile, profile, installation, gpus });

  const launcher = new LocalLauncher(installation, gpus);
  const board = makeBoard(print);
  let interrupts = 0;
  const stop = (): void => {
    interrupts += 1;
    if (interrupts === 1) print('Stopping after the step in hand; interrupt again to stop at once.');
    launcher.cancel(interrupts > 1);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  signal.addEventListener('abort', stop);

  const carryOut = async (spec: RunSpec): Promise<JobOutcome> =>
    store.whileLocked(spec, async () => {
      const state = await store.state(spec);
      if (state.kind === 'done') return { kind: 'done' };
      if (state.kind === 'damaged') print(`${runId(spec)} is done again: ${state.reason}`);
      const folder = await store.open(spec, provenance, diff);
      const { saveWeights } = options;
      const job: Job = { id: runId(spec), folder, steps: spec.fineTune.schedule.at(-1) ?? 0, saveWeights };
      return launcher.submit(job, board);
    });

  try {
    const before = await Promise.all(specs.map((spec) => store.state(spec)));
    const done = before.filter(({ kind }) => kind === 'done').length;
    print(`runs    ${specs.length}, of which ${done} are done already\n`);
    const outcomes = await Promise.all(specs.map(carryOut));
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
    if (interrupts > 0) return exitCodes.interrupted;
    return outcomes.every(({ kind }) => kind === 'done') ? exitCodes.done : exitCodes.failed;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

const reasonOf = (outcome: Exclude<JobOutcome, { kind: 'done' }>): string =>
  outcome.kind === 'failed' ? outcome.message : 'stopped before it was done';
