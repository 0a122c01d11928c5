import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics';
import { UnusableNumbersError } from './errors.ts';

/** Summary statistics of runs. */
export interface Summary {
  n: number;
  mean: number;
  /** For an even number of values, the mean of the middle two. */
  median: number;
  /** Of the sample (divided by n - 1); undefined for a single value. */
  standardDeviation: number | undefined;
  min: number;
  max: number;
}

/**
 * Summarises values, in their own unit.
 *
 * @throws UnusableNumbersError if there are none, one is not finite, or they are too far apart for a standard deviation.
 */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new UnusableNumbersError(`Expected at least one value, all finite, found [${values.join(', ')}]`);
  }
  const [least, greatest] = [min([...values]), max([...values])];
  // Computed, the mean of equal values may differ from them by rounding, and so they would have a spread.
  const areEqual = least === greatest;
  // Their sum may be too large for a number where their mean is not.
  const scale = Math.max(-least, greatest) > 1e150 ? 2 ** 1000 : 1;
  const sample = values.map((value) => value / scale);
  const standardDeviation = areEqual ? 0 : scale * sampleStandardDeviation(sample);
  if (standardDeviation === Infinity) {
    throw new UnusableNumbersError(`Expected values with a standard deviation, found [${values.join(', ')}]`);
  }
  return {
    n: sample.length,
    mean: areEqual ? least : scale * mean(sample),
    median: areEqual ? least : scale * median(sample),
    standardDeviation: sample.length > 1 ? standardDeviation : undefined,
    min: least,
    max: greatest,
  };
}
