import { perClass } from '../comparison.ts';
import { differenceAlpha, sidesOf } from '../armComparisons.ts';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { level } from './results.ts';

/** Arms against the first, seed by seed. */
export function comparisonsView({ comparisons }: ReportData, ledger: Ledger): object[] {
  return comparisons.map((comparison) => {
    const { arm, against, shots, pairs, refusal = '' } = comparison;
    const sides = sidesOf(comparison);
    return {
      arm,
      against,
      heading: perClass(shots),
      each: pairs.map(({ runs: [one, other] }) =>
        ledger.number({ reducer: 'paired-mean', of: { runs: [one] }, against: { runs: [other] } }, 'signed'),
      ),
      mean: ledger.number({ reducer: 'paired-mean', ...sides }, 'signed'),
      low: ledger.number({ reducer: 'paired-t-low', ...sides, level }, 'signed'),
      high: ledger.number({ reducer: 'paired-t-high', ...sides, level }, 'signed'),
      p: ledger.number({ reducer: 'paired-sign-flip-p', ...sides, alpha: differenceAlpha }, 'probability'),
      adjusted: ledger.number(
        { reducer: 'paired-sign-flip-p-after-holm', ...sides, alpha: differenceAlpha },
        'probability',
      ),
      refusal,
    };
  });
}

/** Our runs against those of others, by a test that asks only which tend to be larger. */
export const othersView = (data: ReportData, ledger: Ledger): object[] =>
  data.groups.flatMap(({ arm, claimedModel, shots, runs }) =>
    data.published.flatMap((result) => {
      const isSame = result.shots === shots && result.model === claimedModel;
      if (!isSame || runs.length === 0 || result.runs.length === 0) return [];
      return [
        {
          arm,
          other: result.title,
          heading: perClass(shots),
          p: ledger.number(
            {
              reducer: 'mann-whitney-p',
              of: { runs: runs.map(({ id }) => id) },
              against: { published: result.source, model: result.model, shots },
              alpha: differenceAlpha,
            },
            'probability',
          ),
        },
      ];
    }),
  );
