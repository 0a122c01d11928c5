import { ExplainedError, exitCodes, counted, inLine, inMinutes, inPercent } from '@bit-repro/artifacts';
import { nameOfDataset } from '@bit-repro/data';
import { styleOfState } from '../styleOfState.ts';
import { fulfilling, parseCondition } from './conditions.ts';
import { openStore, type StoreOptions } from './openStore.ts';
import { shotsColumn } from './shotsColumn.ts';
import { supersededRuns } from './supersededRuns.ts';
import { commitOf, type RunSummary } from '@bit-repro/runs';
import { printJson, type CommandContext, tableLines } from '@bit-repro/terminal';

export interface LsOptions extends StoreOptions {
  experiment?: string;
  state?: string;
  /** Conditions on fields. */
  where?: readonly string[];
  /** Only so many, the latest. */
  newest?: number;
  /** The folder of the reports, whose runs are not superseded. */
  reports?: string;
}

/** A run of the list, and the later one that replaces it. */
type ListedRun = RunSummary & { supersededBy?: string };

/** Prints the runs of the store, latest last. */
export async function ls(options: LsOptions, { print }: CommandContext): Promise<number> {
  const { experiment, state, where = [], newest } = options;
  const conditions = where.map(parseCondition);
  const store = openStore(options);
  const stored = await store.list();
  const superseded = await supersededRuns(store, stored, options.reports).catch(unlessExplained);
  const runs = fulfilling(stored, conditions)
    .filter((run) => experiment === undefined || run.spec?.experiment === experiment)
    .filter((run) => state === undefined || run.state === state)
    .sort((one, other) => compare(whenOf(one), whenOf(other)))
    .slice(newest === undefined ? 0 : -newest)
    .map((run): ListedRun => {
      const by = superseded instanceof Map ? superseded.get(run.id) : undefined;
      return by === undefined ? run : { ...run, supersededBy: by.id };
    });
  if (options.json) printJson(print, runs);
  else for (const line of [...lines(runs), ...whyUnmarked(superseded)]) print(line);
  return exitCodes.done;
}

function lines(runs: readonly ListedRun[]): string[] {
  const shots = shotsColumn(
    runs.map(({ spec }) => ({
      ...(spec && { dataset: nameOfDataset(spec.dataset) }),
      shots: spec?.fineTune.shots ?? '',
    })),
  );
  const head = ['run', 'experiment', 'arm', shots.head, 'seed', 'top-1', 'state', 'when (UTC)', 'commit'];
  const cells = runs.map((run, index) => [
    run.id,
    run.spec?.experiment ?? '',
    run.spec?.arm.name ?? '',
    shots.cells[index],
    String(run.spec?.fineTune.seed ?? ''),
    run.state === 'done' ? inPercent(run.final.top1) : '',
    stateOf(run),
    inMinutes(whenOf(run)),
    run.git === undefined ? '' : commitOf(run.git),
  ]);
  const style = (cell: string, column: number) => (column === 6 ? styleOfState(cell) : undefined);
  return [
    ...(runs.length === 0
      ? []
      : tableLines([head, ...cells], { right: [3, 4, 5], spare: [4, 3, 8, 1, 7], style })),
    counted(runs.length, 'run'),
  ];
}

/** The list does not depend on what a report or a plan says. */
function unlessExplained(error: unknown): Error {
  if (error instanceof ExplainedError) return error;
  throw error;
}

const whyUnmarked = (superseded: ReadonlyMap<string, unknown> | Error): string[] =>
  superseded instanceof Error ? [`superseded runs are not marked: ${inLine(superseded.message)}`] : [];

const stateOf = (run: ListedRun): string =>
  [
    run.state,
    ...(run.state === 'done' && !run.isSealed ? ['unsealed'] : []),
    ...(run.supersededBy === undefined ? [] : ['superseded']),
  ].join(', ');

/** When a run ended or last sent a heartbeat, in ISO 8601; empty if neither is known. */
function whenOf(run: RunSummary): string {
  if (run.state === 'done') return run.timing.finishedAt;
  return run.state === 'running' ? (run.heartbeat?.at ?? '') : '';
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
