import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics';
import { UnusableNumbersError } from './errors.ts';

/** What a handful of runs came to. */
export interface Summary {
  n: number;
  mean: number;
  /** Of an even number of values, the middle of the two in the middle. */
  median: number;
  /** Of the sample (divided by n - 1); undefined for a single value, which says nothing about spread. */
  standardDeviation: number | undefined;
  min: number;
  max: number;
}

/**
 * Summarises values, in their own unit.
 *
 * @throws UnusableNumbersError when there are none or one is not finite.
 */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new UnusableNumbersError(
      `Expected at least one value and all finite, found [${values.join(', ')}]`,
    );
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
