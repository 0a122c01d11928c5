import adjust from '@stdlib/stats-padjust';

/**
 * P-values of tests that stand together, corrected after Holm: to call those below a level different is wrong of any of them
 * no more often than that level.
 */
export const holm = (pValues: readonly number[]): number[] =>
  pValues.length === 0 ? [] : adjust([...pValues], 'holm');
