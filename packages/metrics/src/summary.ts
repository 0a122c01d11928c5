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
 * @throws UnusableNumbersError if there are none or one is not finite.
 */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new UnusableNumbersError(`Expected at least one value, all finite, found [${values.join(', ')}]`);
  }
  const sample = [...values];
  return {
    n: sample.length,
    mean: mean(sample),
    median: median(sample),
    standardDeviation: sample.length > 1 ? sampleStandardDeviation(sample) : undefined,
    min: min(sample),
    max: max(sample),
  };
}
