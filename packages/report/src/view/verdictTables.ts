import type { Derivation } from '../derivation.ts';
import type { Cell, Format, Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { numbers, range, type Piece, type Row, type Table } from '../table.ts';
import { isSameTask, taskInWords } from '../task.ts';
import type { JudgedRuns } from '../verdicts.ts';
import { level } from './results.ts';

/** Level of the sign test of the printed number. */
const signAlpha = 0.05;

type NumberOf = (reducer: Derivation['reducer'], format: Format, more?: object) => Cell;

/** The numbers of judged runs beside their claim. */
export const numbersOf =
  ({ of, model, dataset, shots }: JudgedRuns, alpha: number, ledger: Ledger): NumberOf =>
  (reducer, format, more = {}) =>
    ledger.number({ reducer, of, claim: { model, dataset, shots }, alpha, ...more }, format);

/** Ours before the controls, each with how it is called and where it stands. */
function rowsOf(
  { published, verdicts, tasks }: ReportData,
  cells: (judged: JudgedRuns) => Row['cells'],
): Row[] {
  const titles = new Map(published.map(({ source, title }) => [source, title]));
  const isOurs = ({ who }: JudgedRuns): boolean => 'arm' in who;
  return [...verdicts.filter(isOurs), ...verdicts.filter((one) => !isOurs(one))]
    .filter(({ judgement }) => judgement !== undefined)
    .map((judged) => ({
      aside: `${judged.model}, ${taskInWords(judged, tasks)}`,
      isOurs: isOurs(judged),
      cells: [
        'arm' in judged.who ? judged.who.arm : (titles.get(judged.who.control) ?? ''),
        ...cells(judged),
      ],
    }));
}

const who = { title: 'Whose runs', aside: 'Network and shots' };

/** The difference from what was published, and the verdict. */
export const verdictsTable = (data: ReportData, alpha: number, ledger: Ledger): Table => ({
  label: 'Verdicts',
  columns: [
    who,
    { title: 'Verdict' },
    { title: 'Difference', kind: 'key' },
    ...numbers('Interval', 'Shown to within', 'Margin', 'n'),
    { title: 'By ranks' },
    ...numbers('Interval by ranks'),
  ],
  groups: [
    {
      rows: rowsOf(data, (judged) => {
        const number = numbersOf(judged, alpha, ledger);
        const ranked = judged.judgement?.byRanks;
        const words = 'arm' in judged.who ? 'verdict' : 'control';
        return [
          number('verdict', words),
          number('difference', 'signed-tenths'),
          range(
            number('difference-low', 'signed-tenths'),
            number('difference-high', 'signed-tenths'),
            ' to ',
          ),
          number('attained-margin', 'margin'),
          number('margin', 'margin'),
          number('n', 'count'),
          ranked === undefined ? '–' : number('verdict-by-ranks', words),
          ranked === undefined
            ? '–'
            : range(number('shift-low', 'signed-tenths'), number('shift-high', 'signed-tenths'), ' to '),
        ];
      }),
    },
  ],
});

/** What so many runs could show at best. */
export const leastMarginsTable = (
  data: ReportData,
  { alpha, looks }: { alpha: number; looks: readonly number[] },
  ledger: Ledger,
): Table => ({
  label: 'Least margins that can be shown',
  columns: [
    who,
    { title: 'SD of a run', kind: 'key' },
    ...numbers(
      'SD of these runs, 95 %',
      'p, one spread',
      ...looks.map((look, index) => (index === 0 ? `Least margin, ${look} seeds` : String(look))),
      'any number',
    ),
  ],
  groups: [
    {
      rows: rowsOf(data, (judged) => {
        const number = numbersOf(judged, alpha, ledger);
        return [
          number('pooled-standard-deviation', 'tenths'),
          range(
            number('standard-deviation-low', 'tenths', { level }),
            number('standard-deviation-high', 'tenths', { level }),
          ),
          number('equal-spread-p', 'probability'),
          ...looks.map((runs): Piece => number('least-margin', 'margin', { runs })),
          number('least-margin', 'margin'),
        ];
      }),
    },
  ],
});

/** Whether the printed number, taken for exact, is near the median of the runs' distribution. */
export const printedTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'The printed number and the median of the runs',
  columns: [
    who,
    { title: 'Median', kind: 'key' },
    ...numbers('Printed', 'Margin'),
    { title: 'Within' },
    ...numbers('p, within', 'p, outside'),
  ],
  groups: [
    {
      rows: rowsOf(data, (judged) => {
        const { who: whose, claim, model } = judged;
        const number = numbersOf(judged, signAlpha, ledger);
        const isDigitised = data.published.some(
          (result) =>
            'control' in whose &&
            result.source === whose.control &&
            result.model === model &&
            isSameTask(result, judged) &&
            result.readingError !== undefined,
        );
        return [
          number('median', isDigitised ? 'digitised' : 'measured'),
          claim.value.toFixed(claim.readingError > 0 ? 1 : 2),
          number('margin', 'margin'),
          number('median-within', 'answer'),
          number('median-within-p', 'probability'),
          number('median-outside-p', 'probability'),
        ];
      }),
    },
  ],
});
