import adjust from '@stdlib/stats-padjust';

/**
 * P-values of a family of tests after Holm's correction, which limits the probability of any false positive
 * to the level.
 */
export const holm = (pValues: readonly number[]): number[] =>
  pValues.length === 0 ? [] : adjust([...pValues], 'holm');
