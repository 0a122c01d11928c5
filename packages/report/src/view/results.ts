import type { Derivation, Sample } from '../derivation.ts';
import { numbers, listed, range, type Piece, type Row, type Table } from '../table.ts';
import { plainCell, written, type Cell, type Format, type Ledger } from '../ledger.ts';
import type { PublishedResult } from '../published.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedGroup } from '../reportedRuns.ts';
import { ofTask, taskInWords } from '../task.ts';

/** The confidence of the intervals of the table. */
export const level = 0.95;

/** The table of results: per task, our arms and what was published. What matters first stands first, for narrow screens. */
export const resultsTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Results',
  columns: [
    { title: 'Who', aside: 'Network' },
    { title: 'n', kind: 'number' },
    { title: 'Median', kind: 'key' },
    { title: 'Mean', kind: 'key' },
    ...numbers('95 %, mean', '95 %, median', 'SD', 'Min – max'),
    { title: 'Each run', kind: 'each' },
  ],
  groups: data.tasks.map((task) => ({
    heading: taskInWords(task, data.tasks),
    rows: [
      ...ofTask(data.groups, task).map((group) => groupRow(group, ledger)),
      ...ofTask(data.published, task).map((result) => publishedRow(result, ledger)),
    ],
  })),
});

function groupRow({ arm, network, seeds, runs }: ReportedGroup, ledger: Ledger): Row {
  const of = { runs: runs.map(({ id }) => id) };
  const each = seeds.map((seed): Piece => {
    const run = runs.find((candidate) => candidate.seed === seed);
    return run === undefined ? '–' : ledger.number({ reducer: 'top1', of: { runs: [run.id] } });
  });
  return {
    aside: network,
    isOurs: true,
    cells: [arm, ...cellsOf(each, summaryCells(of, runs.length, 'measured', ledger))],
  };
}

function publishedRow(
  { source, title, model, dataset, shots, runs, headline, range: stated, readingError }: PublishedResult,
  ledger: Ledger,
): Row {
  const of = { published: source, model, dataset, shots };
  const format: Format = readingError === undefined ? 'measured' : 'digitised';
  const cells = summaryCells(of, runs.length, format, ledger, headline.reducer);
  const extremes =
    stated === undefined
      ? {}
      : {
          min: ledger.number({ reducer: 'stated-min', of }, format),
          max: ledger.number({ reducer: 'stated-max', of }, format),
        };
  const each = runs.map(({ top1 }) => written(top1, format));
  return { aside: model, cells: [title, ...cellsOf(each, { ...cells, ...extremes })] };
}

const cellsOf = (each: readonly Piece[], summary: SummaryCells): Row['cells'] => [
  summary.n,
  summary.median,
  summary.mean,
  range(summary.meanLow, summary.meanHigh),
  range(summary.medianLow, summary.medianHigh),
  summary.standardDeviation,
  range(summary.min, summary.max),
  each.length === 0 ? '–' : listed(each),
];

type SummaryCells = Record<
  | 'n'
  | 'median'
  | 'mean'
  | 'standardDeviation'
  | 'min'
  | 'max'
  | 'meanLow'
  | 'meanHigh'
  | 'medianLow'
  | 'medianHigh',
  Cell
>;

const none = plainCell();

/** Numbers of a sample; dashes where there is none. What its source itself states is taken from there. */
function summaryCells(
  of: Sample,
  count: number,
  format: Format,
  ledger: Ledger,
  stated?: 'median' | 'mean',
): SummaryCells {
  const cell = (reducer: Derivation['reducer']): Cell => {
    if (reducer === stated) return ledger.number({ reducer: 'headline', of }, format);
    return count === 0 ? none : ledger.number({ reducer, of }, format);
  };
  const bound = (reducer: Derivation['reducer']): Cell =>
    count < 2 ? none : ledger.number({ reducer, of, level }, format);
  return {
    n: count === 0 ? none : ledger.number({ reducer: 'n', of }, 'count'),
    median: cell('median'),
    mean: cell('mean'),
    standardDeviation: cell('standard-deviation'),
    min: cell('min'),
    max: cell('max'),
    meanLow: bound('mean-t-low'),
    meanHigh: bound('mean-t-high'),
    medianLow: bound('median-bootstrap-low'),
    medianHigh: bound('median-bootstrap-high'),
  };
}
