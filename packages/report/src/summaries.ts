import type { Summary } from '@bit-repro/metrics';
import type { Sample } from './derivation.ts';
import type { Ledger } from './ledger.ts';

/** A sample of `n` accuracies, one at least, in the numbers of the ledger. */
export function summaryOf(of: Sample, ledger: Ledger): Summary {
  const number = (reducer: 'n' | 'mean' | 'median' | 'min' | 'max'): number => ledger.value({ reducer, of })!;
  return {
    n: number('n'),
    mean: number('mean'),
    median: number('median'),
    standardDeviation: ledger.value({ reducer: 'standard-deviation', of }) ?? undefined,
    min: number('min'),
    max: number('max'),
  };
}
