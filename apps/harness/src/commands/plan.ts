import { resolve } from 'node:path';
import {
  isLeft,
  planRows,
  planTotals,
  type PlanRow,
  type PlanTotals,
  type Plan,
  knownIngredients,
  type KnownIngredients,
  specify,
  type SpecifiedRuns,
} from '@bit-repro/launch';
import { datasetNamed } from '@bit-repro/data';
import { styleOfState } from '../styleOfState.ts';
import { planOf, type ExperimentOptions } from './planOf.ts';
import { shotsColumn } from './shotsColumn.ts';
import { whyLeft, whyLines } from './whyLeft.ts';
import { RunStore } from '@bit-repro/runs';
import {
  exitCodes,
  inLine,
  counted,
  describeWorkers,
  inBytes,
  inOperations,
  inTime,
} from '@bit-repro/artifacts';
import { printJson, type CommandContext, tableLines } from '@bit-repro/terminal';

export interface PlanCommandOptions extends ExperimentOptions {
  runs: string;
  json: boolean;
  /** Tell of each run that is not done how it differs from the nearest finished one. */
  why?: boolean;
}

/** Prints what `run` would do: every run with its state, time and memory. Fetches nothing. */
export async function planCommand(
  configFile: string,
  options: PlanCommandOptions,
  { print }: CommandContext,
): Promise<number> {
  const plan = await planOf(configFile, options);
  const ingredients = await knownIngredients(plan);
  const specified = { ...ingredients, ...(await specify(plan, ingredients)) };
  const store = new RunStore(resolve(options.runs));
  const rows = await planRows(specified, store);
  const reasons = options.why === true ? await whyLeft(rows, specified, await store.list()) : [];
  const totals = planTotals(rows, specified);
  if (options.json) {
    const { experiment, profile, reason } = plan;
    const { engine, devices, isInstalled, placement } = specified;
    const { threads } = placement;
    const content = {
      experiment: experiment.name,
      profile,
      reason,
      engine: { ...engine, ...(threads !== undefined && { threads }), devices, isInstalled },
      config: experiment.origin,
      totals,
      runs: rows.map((row, index) => ({ ...row, why: reasons[index] })),
    };
    printJson(print, content);
  } else {
    print(
      [
        ...[...heading(plan, specified), '', ...table(rows), '', ...summary(rows, totals, specified)],
        ...(reasons.length === 0 ? [] : ['', ...whyLines(rows, reasons)]),
      ].join('\n'),
    );
  }
  return exitCodes.done;
}

type Specified = KnownIngredients & SpecifiedRuns;

function heading(
  { experiment, profile, reason, cluster }: Plan,
  { engine, devices, isInstalled, placement, resources }: Specified,
): string[] {
  const { set, files } = experiment.origin;
  return [
    experiment.title,
    `profile ${profile}: ${reason}`,
    ...files.slice(1).map(({ file }) => `over    ${inLine(file)}`),
    ...set.map((assignment) => `set     ${inLine(assignment)}`),
    `engine  TensorFlow ${engine.tensorflow} (${engine.flavour}) on ${devices.join(', ')}${isInstalled ? '' : ', not provisioned yet'}`,
    cluster === undefined
      ? `workers ${describeWorkers(resources.workers, placement.threads)}`
      : `cluster ${cluster.parallelism}`,
  ];
}

function table(rows: readonly PlanRow[]): string[] {
  const shots = shotsColumn(rows);
  const head = ['run', 'arm', shots.head, 'seed', 'model', 'weights', 'steps', 'state', 'time', 'memory'];
  const cells = rows.map((row, index) => [
    row.id,
    row.arm,
    shots.cells[index],
    String(row.seed),
    row.model,
    row.weights === row.model ? 'published' : row.weights,
    String(row.steps),
    row.state,
    about(row, inTime(row.seconds)),
    about(row, inBytes(row.memoryBytes)),
  ]);
  const style = (cell: string, column: number) => (column === 7 ? styleOfState(cell) : undefined);
  return tableLines([head, ...cells], { right: [2, 3, 6, 8, 9], spare: [3, 2, 4, 5, 9, 6], style });
}

/** Marks values that are forecast rather than measured. */
const about = ({ state }: PlanRow, text: string): string => (state === 'done' ? text : `~ ${text}`);

function summary(
  rows: readonly PlanRow[],
  { runs, done, absent, damaged, unreadable, secondsLeft, flopsLeft, memoryBytes }: PlanTotals,
  { engine, resources, runs: specified }: Specified,
): string[] {
  const left = rows.filter(isLeft);
  const open = new Set(specified.flatMap(neverFetched));
  return [
    `${counted(runs, 'run')}: ${done} done, ${absent} absent, ${damaged} damaged${unreadable > 0 ? `, ${unreadable} unreadable` : ''}`,
    ...(left.length === 0
      ? []
      : [
          `left    about ${inTime(secondsLeft)}, ${inOperations(flopsLeft)}`,
          ...basisLines(left, engine.flavour),
        ]),
    ...(left.length > 0 && memoryBytes > resources.freeBytes
      ? [
          `memory  a run may need ${inBytes(memoryBytes)}, but only ${inBytes(resources.freeBytes)} are free: raise batchSplit`,
        ]
      : []),
    ...rows.flatMap(({ id, state, reason }) =>
      reason === undefined ? [] : [`${state} ${id}: ${inLine(reason)}`],
    ),
    ...[...open].map(
      (what) => `${inLine(what)} were never fetched: the IDs that end in ? depend on their checksum`,
    ),
  ];
}

/** What the key of a run waits for. */
function neverFetched({ spec: { weights, dataset }, isOpenKey }: SpecifiedRuns['runs'][number]): string[] {
  if (!isOpenKey) return [];
  const lacksWeights = weights.kind !== 'random' && weights.sha256 === undefined;
  const lacksData = 'name' in dataset && Object.keys(dataset.sha1).length === 0;
  return [
    ...(lacksWeights ? [`weights of ${weights.title}`] : []),
    ...(lacksData ? [`the files of ${datasetNamed(dataset.name).title}`] : []),
  ];
}

/** What the forecast times are based on. */
function basisLines(rows: readonly PlanRow[], flavour: string): string[] {
  const lines = rows.flatMap(({ basis }) => {
    switch (basis.kind) {
      case 'measured':
        return [];
      case 'same':
        return `time    from ${counted(basis.runs, 'finished run')} with the same network, resolution and batch`;
      case 'scaled':
        return `time    an estimate, scaled by floating-point operations from ${counted(basis.runs, 'finished run')} on this device`;
      case 'assumed':
        return `time    an estimate from floating-point operations at ${inOperations(basis.gigaflops * 1e9)}/s per ${basis.per}, an assumption: no run has finished ${basis.per === 'GPU' ? 'on this GPU' : 'yet'}`;
    }
  });
  const isMeasured = flavour === 'cpu' && rows.every(({ basis }) => basis.kind === 'same');
  return [...new Set(lines), ...(isMeasured ? [] : ['memory  an estimate from the size of the network'])];
}
