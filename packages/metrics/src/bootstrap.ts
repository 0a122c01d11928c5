import { mean, median } from 'simple-statistics';
import type { Interval } from './intervals.ts';
import { summarise } from './summary.ts';
import { refused, type Refusal } from './support.ts';

const statistics = { mean, median };

/** The most values all of whose resamples are enumerated: 6,435 different ones, of 8 ** 8. */
const mostEnumerated = 8;
const resamples = 1999;

/**
 * The percentile bootstrap interval of a mean or a median: between two quantiles of the statistic over resamples, drawn from
 * the values with replacement. Up to eight values every resample is counted, so that nothing is left to chance (SciPy's
 * `bootstrap` with `method='percentile'` and all resamples); beyond, 1,999 are drawn.
 *
 * Of so few values the interval is too narrow more often than its level says. It assumes no distribution.
 *
 * @param random whole numbers from 0 up to, not including, its bound; asked beyond eight values only.
 * @throws UnusableNumbersError when there are no values or one is not finite.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: keyof typeof statistics,
  level: number,
  random: (bound: number) => number,
): Interval | Refusal {
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

/** Quantiles over all n ** n resamples, of which those that hold the same values are counted together. */
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
        arranged = (arranged * longer.length) / times; // ways to put one more of `times` like values among the rest
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

/** The quantile of a sorted list between its two neighbours, as NumPy and SciPy interpolate by default. */
function interpolated(share: number, length: number, at: (index: number) => number): number {
  const position = share * (length - 1);
  const below = Math.floor(position);
  const low = at(below);
  return low + (position - below) * (at(Math.min(below + 1, length - 1)) - low);
}
