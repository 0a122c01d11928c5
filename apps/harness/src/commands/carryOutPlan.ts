import { resolve } from 'node:path';
import { inLine, exitCodes } from '@bit-repro/artifacts';
import { engineEnvironment } from '@bit-repro/engine';
import {
  Forecaster,
  carryOut,
  type JobOutcome,
  LocalLauncher,
  type Plan,
  Supervisor,
  whileInterruptible,
} from '@bit-repro/launch';
import { publicationOf, whyUnwritable, type ReportData } from '@bit-repro/report';
import { cleanCommitOf, type RunRecord, type RunSpec, RunStore, type RunState } from '@bit-repro/runs';
import type { CommandContext } from '@bit-repro/terminal';
import { makeBoard } from '../progress/board.ts';
import type { ExperimentOptions } from './planOf.ts';
import { prepareRuns } from './prepareRuns.ts';
import { reportRuns } from './reportRuns.ts';

export interface RunOptions extends ExperimentOptions {
  runs: string;
  reports: string;
  saveWeights: boolean;
  force: boolean;
  checkpointEvery: number;
}

/** What became of a plan. */
export interface CarriedOut {
  code: number;
  data: ReportData;
  /** In the order of the plan. */
  specs: readonly RunSpec[];
  /** Of more such runs. */
  forecaster: Forecaster;
  /** Runs at a time. */
  workers: number;
}

/**
 * Carries out the unfinished runs of a plan and writes its report.
 *
 * @throws ExplainedError when what the runs need cannot be had.
 */
export async function carryOutPlan(
  plan: Plan,
  options: Omit<RunOptions, keyof ExperimentOptions>,
  context: CommandContext,
  { attachOnly = false, look }: { attachOnly?: boolean; look?: { seeds: number; isFirst: boolean } } = {},
): Promise<CarriedOut> {
  const { print } = context;
  await plan.cluster?.launcher.require(attachOnly ? 'attach' : 'run');
  const store = new RunStore(resolve(options.runs));
  const { signal } = context;
  const { installation, placement, resources, specs, provenance, diff } = await prepareRuns(plan, {
    store: store.folder,
    look: look?.seeds,
    // A later look has the same heading.
    print: look?.isFirst === false ? () => undefined : print,
    signal,
  });
  const { experiment, profile, planned, cluster } = plan;
  const reportFolder = resolve(options.reports, experiment.name);
  // Better before the runs start than after a week of them; they are kept in any case.
  const why = await whyUnwritable(reportFolder);
  if (why) {
    print(
      `warning the report cannot be written: ${inLine(why.message)}. The runs continue and are kept; see --reports.`,
    );
  }
  const stateOf = (spec: RunSpec): Promise<RunState> => store.state(spec, 'report');
  const before = await Promise.all(specs.map(stateOf));
  const isDue = (index: number): boolean => options.force || before[index]!.kind !== 'done';
  const forecaster = new Forecaster([], resources);
  const due = specs.filter((_, index) => isDue(index));
  const board = makeBoard(
    print,
    due.map((spec) => forecaster.forecast(spec).flops),
  );
  const { flavour } = installation;
  const { threads } = placement;
  const launcher = cluster
    ? cluster.create({
        store: store.folder,
        environment: engineEnvironment({ flavour }, { ...(threads !== undefined && { threads }) }),
        print,
      })
    : new LocalLauncher({ flavour, ...placement, print });
  const supervisor = new Supervisor(launcher, board);
  return whileInterruptible({ supervisor, context, outlives: launcher.outlives }, async () => {
    const done = before.filter(({ kind }) => kind === 'done').length;
    const again = options.force && done > 0 ? ', and will be re-run' : '';
    print(`runs    ${specs.length}, ${done} already done${again}\n`);
    const carriedOut = await carryOut(due, {
      store,
      supervisor,
      provenance,
      diff,
      saveWeights: options.saveWeights,
      force: options.force,
      checkpointEvery: options.checkpointEvery,
      resources,
      attachOnly,
      signal,
      print,
    });
    board.close();
    // In the order of the plan; runs that were done before keep their state.
    const outcomes = specs.map((_, index): JobOutcome =>
      isDue(index) ? carriedOut.shift()! : { kind: 'done' },
    );
    const after = await Promise.all(
      specs.map((spec, index) => (isDue(index) ? stateOf(spec) : Promise.resolve(before[index]!))),
    );
    await Promise.all(
      specs.filter((_, index) => after[index]!.kind === 'done').map((spec) => store.tidy(spec)),
    );
    const records = after.flatMap((state): RunRecord[] => (state.kind === 'done' ? [state.record] : []));
    const failures = outcomes.flatMap((outcome, index) =>
      outcome.kind === 'done' ? [] : [{ run: planned[index]!, reason: reasonOf(outcome) }],
    );
    const commit = cleanCommitOf(provenance.git);
    const publication = await publicationOf(records);
    const data = await reportRuns(
      {
        experiment,
        profile,
        planned,
        records,
        failures,
        store,
        generatedAt: new Date(),
        ...(commit !== undefined && { commit }),
        ...(publication !== undefined && { publication }),
        folder: reportFolder,
      },
      print,
    );
    const isDone = outcomes.every(({ kind }) => kind === 'done');
    return {
      code: signal.aborted ? exitCodes.interrupted : isDone ? exitCodes.done : exitCodes.failed,
      data,
      specs,
      forecaster: new Forecaster(records, resources),
      workers: resources.workers,
    };
  });
}

const reasonOf = (outcome: Exclude<JobOutcome, { kind: 'done' }>): string =>
  outcome.kind === 'failed' ? outcome.message : 'stopped before it was done';
