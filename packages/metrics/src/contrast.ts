import { UnusableNumbersError } from './errors.ts';

/** One side of a contrast: values of the same seeds in the same order, and what each counts. */
export interface ContrastTerm {
  weight: number;
  values: readonly number[];
}

/**
 * A contrast, seed by seed: the weighted sum of the terms' values, in their unit. Weights +1 and −1 give paired differences.
 *
 * @throws UnusableNumbersError if there are no terms, or they differ in length.
 */
export function contrast(terms: readonly ContrastTerm[]): number[] {
  const [first] = terms;
  if (first === undefined || terms.some(({ values }) => values.length !== first.values.length)) {
    const found = terms.map(({ values }) => values.length).join(', ');
    throw new UnusableNumbersError(`Expected terms with as many values each, found [${found}]`);
  }
  return first.values.map((_, index) =>
    terms.reduce((sum, { weight, values }) => sum + weight * values[index]!, 0),
  );
}
