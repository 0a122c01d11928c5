import { isDeepStrictEqual } from 'node:util';
import { differenceFrom, meanInterval, summarise } from '@bit-repro/metrics';
import { compareWithRerun } from '../store/compareWithRerun.ts';
import type { RunRecord } from '../store/records.ts';
import type { Group } from './pairGroups.ts';

/** The confidence of the interval of a change. */
export const changeLevel = 0.95;

/** How the top-1 accuracy changed from one group to another, in points; and the mean time of a run. */
export interface ScoreComparison {
  /** Means in percent; absent where no run is finished. */
  top1: [number | undefined, number | undefined];
  runs: [number, number];
  /** Runs of the same seed and training images on both sides; where there are some, only they are compared. */
  paired: number;
  /** How many pairs have the same result to the last bit. */
  identical: number;
  /** Of the means; absent where a side has no run. */
  change?: number;
  /** Of the change; absent where the runs are too few for one. */
  interval?: { low: number; high: number };
  /** Of a run, in mean. */
  seconds: [number | undefined, number | undefined];
}

/** Compares the scores of two groups: seed by seed where they share seeds, otherwise as independent samples. */
export function compareScores(one: Group, other: Group): ScoreComparison {
  const [left, right] = [finished(one), finished(other)];
  const pairs = left.flatMap((run) => {
    const partner = right.find((candidate) => isPartner(run, candidate));
    return partner === undefined ? [] : [[run, partner] as const];
  });
  const paired = pairs.length > 0;
  const [a, b] = paired ? [pairs.map(([run]) => run), pairs.map(([, run]) => run)] : [left, right];
  return {
    top1: [meanOf(a, percent), meanOf(b, percent)],
    runs: [left.length, right.length],
    paired: pairs.length,
    identical: pairs.filter((pair) => compareWithRerun(...pair).differences.length === 0).length,
    ...(a.length > 0 && b.length > 0 && changeOf(a.map(percent), b.map(percent), paired)),
    seconds: [meanOf(a, secondsOf), meanOf(b, secondsOf)],
  };
}

function changeOf(
  one: readonly number[],
  other: readonly number[],
  paired: boolean,
): Pick<ScoreComparison, 'change' | 'interval'> {
  const change = summarise(other).mean - summarise(one).mean;
  const found = paired
    ? meanInterval(
        other.map((value, index) => value - one[index]!),
        changeLevel,
      )
    : differenceFrom(other, sampleAsClaim(one), (1 - changeLevel) / 2);
  return { change, ...(found.kind !== 'refused' && { interval: { low: found.low, high: found.high } }) };
}

/** Known exactly, with no margin to keep. */
const sampleAsClaim = (runs: readonly number[]): Parameters<typeof differenceFrom>[1] => ({
  statistic: 'mean',
  value: summarise(runs).mean,
  n: runs.length,
  runs,
  readingError: 0,
  margin: 100,
});

const isPartner = (one: RunRecord, other: RunRecord): boolean =>
  one.spec.fineTune.seed === other.spec.fineTune.seed &&
  imagesOf(one) === imagesOf(other) &&
  isDeepStrictEqual(one.result.subset, other.result.subset);

const imagesOf = ({ spec: { dataset } }: RunRecord): string =>
  'name' in dataset ? dataset.name : dataset.manifest;

const finished = ({ runs }: Group): RunRecord[] => runs.flatMap(({ record }) => record ?? []);
const percent = ({ result }: RunRecord): number => 100 * result.final.top1;
const secondsOf = ({ timing }: RunRecord): number => timing.seconds;
const meanOf = (runs: readonly RunRecord[], pick: (run: RunRecord) => number): number | undefined =>
  runs.length === 0 ? undefined : summarise(runs.map(pick)).mean;
