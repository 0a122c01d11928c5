import { mean, median } from 'simple-statistics';
import type { Interval } from './intervals.ts';
import { summarise } from './summary.ts';
import { refused, requireLevel, type Refusal } from './support.ts';

const statistics = { mean, median };

/** The largest number of values whose resamples are all enumerated: 6,435 different ones of 8 ** 8. */
const mostEnumerated = 8;
const resamples = 1999;

/**
 * The percentile bootstrap interval of a mean or median: two quantiles of the statistic over resamples drawn
 * with replacement. For up to eight values all resamples are enumerated, so that the result is exact (SciPy's
 * `bootstrap` with `method='percentile'` and all resamples); otherwise 1,999 are drawn.
 *
 * For so few values the interval is often narrower than its level promises. It assumes no distribution.
 *
 * @param random returns an integer from 0 up to, but not including, its bound; called only for more than
 * eight values.
 * @throws UnusableNumbersError if there are no values, one is not finite, or the level is no probability.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: keyof typeof statistics,
  level: number,
  random: (bound: number) => number,
): Interval | Refusal {
  requireLevel(level);
  const { n } = summarise(values);
  if (n < 2) return refused('1 value has no interval; 2 would');
  const quantile = n <= mostEnumerated ? enumerated(values, statistic) : drawn(values, statistic, random);
  return { kind: 'interval', low: quantile((1 - level) / 2), high: quantile((1 + level) / 2), level };
}

type Quantile = (share: number) => number;

function drawn(
  values: readonly number[],
  statistic: keyof typeof statistics,
  random: (bound: number) => number,
): Quantile {
  const found = Array.from({ length: resamples }, () =>
    statistics[statistic](values.map(() => values[random(values.length)]!)),
  ).sort((one, other) => one - other);
  return (share) => interpolated(share, found.length, (index) => found[index]!);
}

/** Quantiles over all n ** n resamples; those with the same values are counted together. */
function enumerated(values: readonly number[], statistic: keyof typeof statistics): Quantile {
  const n = values.length;
  const found: { value: number; ways: number }[] = [];
  const visit = (resample: number[], from: number, ways: number): void => {
    if (resample.length === n) {
      found.push({ value: statistics[statistic](resample), ways });
      return;
    }
    for (let index = from, times = 1; index < n; index += 1, times = 1) {
      const longer = [...resample];
      let arranged = ways;
      while (longer.length < n) {
        longer.push(values[index]!);
        arranged = (arranged * longer.length) / times; // ways to insert another of `times` equal values among the rest
        times += 1;
        visit(longer, index + 1, arranged);
      }
    }
  };
  visit([], 0, 1);
  found.sort((one, other) => one.value - other.value);
  let total = 0;
  const upTo = found.map(({ ways }) => (total += ways));
  return (share) =>
    interpolated(share, total, (rank) => found[upTo.findIndex((count) => rank < count)]!.value);
}

/**
 * A quantile of a sorted list, interpolated linearly between its neighbours, the default of NumPy and SciPy.
 */
function interpolated(share: number, length: number, at: (index: number) => number): number {
  const position = share * (length - 1);
  const below = Math.floor(position);
  const low = at(below);
  return low + (position - below) * (at(Math.min(below + 1, length - 1)) - low);
}
