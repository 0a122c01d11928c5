/**
 * The maximum of any number of values; `Math.max(...values)` fails for some hundred thousand. Of none:
 * -Infinity.
 */
export const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);

/** The minimum of any number of values. Of none: Infinity. */
export const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Infinity);
