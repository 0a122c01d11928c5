import { differenceAlpha, sidesOf, type Comparison } from '../armComparisons.ts';
import { perClass } from '../comparison.ts';
import type { Derivation } from '../derivation.ts';
import type { Cell, Format, Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { numbers, listed, range, type Row, type Table } from '../table.ts';
import { level } from './results.ts';

/** Arms against the first, seed by seed. */
export const comparisonsTable = ({ comparisons }: ReportData, ledger: Ledger): Table => ({
  label: 'Comparison of the arms',
  columns: [
    { title: 'Arm', aside: 'Against' },
    { title: 'Shots' },
    { title: 'Each seed', kind: 'each' },
    { title: 'Mean', kind: 'key' },
    ...numbers('95 %', 'p', 'Corrected'),
  ],
  groups: [{ rows: comparisons.map((comparison) => comparisonRow(comparison, ledger)) }],
});

function comparisonRow(comparison: Comparison, ledger: Ledger): Row {
  const { arm, against, shots, pairs, refusal } = comparison;
  const sides = sidesOf(comparison);
  const number = (reducer: Derivation['reducer'], format: Format, more: object = {}): Cell =>
    ledger.number({ reducer, ...sides, ...more }, format);
  const each = pairs.map(({ runs: [one, other] }) =>
    ledger.number({ reducer: 'paired-mean', of: { runs: [one] }, against: { runs: [other] } }, 'signed'),
  );
  const alpha = { alpha: differenceAlpha };
  const p = number('paired-sign-flip-p', 'probability', alpha);
  return {
    aside: `less ${against}`,
    cells: [
      arm,
      perClass(shots),
      listed(each),
      number('paired-mean', 'signed'),
      range(
        number('paired-t-low', 'signed', { level }),
        number('paired-t-high', 'signed', { level }),
        ' to ',
      ),
      refusal === undefined ? p : [p, { soft: refusal }],
      number('paired-sign-flip-p-after-holm', 'probability', alpha),
    ],
  };
}

/** Our runs against those of others, by a test that asks only which tend to be larger. */
export const othersTable = ({ groups, published }: ReportData, ledger: Ledger): Table => ({
  label: 'Tests against others',
  columns: [{ title: 'Runs' }, { title: 'Against' }, { title: 'Shots' }, { title: 'p', kind: 'number' }],
  groups: [
    {
      rows: groups.flatMap(({ arm, claimedModel, shots, runs }) =>
        published.flatMap((result): Row[] => {
          const isSame = result.shots === shots && result.model === claimedModel;
          if (!isSame || runs.length === 0 || result.runs.length === 0) return [];
          const p = ledger.number(
            {
              reducer: 'mann-whitney-p',
              of: { runs: runs.map(({ id }) => id) },
              against: { published: result.source, model: result.model, shots },
              alpha: differenceAlpha,
            },
            'probability',
          );
          return [{ cells: [arm, result.title, perClass(shots), p] }];
        }),
      ),
    },
  ],
});
