import { perClass } from '../comparison.ts';
import type { Derivation, Sample } from '../derivation.ts';
import { plainCell, written, type Cell, type Format, type Ledger } from '../ledger.ts';
import type { PublishedResult } from '../published.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedGroup } from '../reportedRuns.ts';

/** The confidence of the intervals of the table. */
export const level = 0.95;

/** The table of results: per number of shots, our arms and what was published. */
export const resultsView = (data: ReportData, ledger: Ledger): object[] =>
  data.shots.map((shots) => ({
    heading: perClass(shots),
    rows: [
      ...data.groups.filter((group) => group.shots === shots).map((group) => groupRow(group, ledger)),
      ...data.published
        .filter((result) => result.shots === shots)
        .map((result) => publishedRow(result, ledger)),
    ],
  }));

function groupRow({ arm, network, seeds, runs }: ReportedGroup, ledger: Ledger): object {
  const of = { runs: runs.map(({ id }) => id) };
  return {
    who: arm,
    network,
    isOurs: true,
    each: seeds.map((seed) => {
      const run = runs.find((candidate) => candidate.seed === seed);
      return run === undefined
        ? { missing: true }
        : { missing: false, ...ledger.number({ reducer: 'top1', of: { runs: [run.id] } }) };
    }),
    ...summaryCells(of, runs.length, 'measured', ledger),
  };
}

function publishedRow(
  { source, title, model, shots, runs, headline, range, readingError }: PublishedResult,
  ledger: Ledger,
): object {
  const of = { published: source, model, shots };
  const format: Format = readingError === undefined ? 'measured' : 'digitised';
  return {
    who: title,
    network: model,
    isOurs: false,
    each: runs.map(({ top1 }) => ({
      missing: false,
      ...plainCell(written(top1, format)),
    })),
    ...summaryCells(of, runs.length, format, ledger, headline.reducer),
    ...(range !== undefined && {
      min: ledger.number({ reducer: 'stated-min', of }, format),
      max: ledger.number({ reducer: 'stated-max', of }, format),
    }),
  };
}

const none = plainCell();

/** Numbers of a sample; dashes where there is none. What its source itself states is taken from there. */
function summaryCells(
  of: Sample,
  count: number,
  format: Format,
  ledger: Ledger,
  stated?: 'median' | 'mean',
): object {
  const cell = (reducer: Derivation['reducer']): Cell => {
    if (reducer === stated) return ledger.number({ reducer: 'headline', of }, format);
    return count === 0 ? none : ledger.number({ reducer, of }, format);
  };
  const bound = (reducer: Derivation['reducer']): Cell =>
    count < 2 ? none : ledger.number({ reducer, of, level }, 'measured');
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
