/** The largest of any number of values; `Math.max(...values)` fails with some hundred thousand. Of none: -Infinity. */
export const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);

/** The smallest, likewise. Of none: Infinity. */
export const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Infinity);
