import { differenceLevel as level } from '../armComparisons.ts';
import { choiceOf, leadOf, runsOfBest, type BestArm } from '../bestArms.ts';
import type { Derivation } from '../derivation.ts';
import type { Cell, Format, Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { numbers, range, tableView, type Piece, type Row, type Table } from '../table.ts';
import { taskInProse, taskInWords } from '../task.ts';
import { mostNamed } from './lead.ts';
import { capitalised, countOf } from './words.ts';

/** The best arms of a design, and what picking them is worth. */
export function bestArmView(data: ReportData, ledger: Ledger): object {
  return {
    best: tableView(bestTable(data, ledger)),
    bestIntro:
      'The arm with the highest mean, by the seeds that all arms have. That it is the highest is partly luck, so its mean is too high, the more so the more arms there are and the closer they lie. Therefore each seed was left out in turn: the others picked an arm, and that arm was scored on the seed left out, which had no part in picking it. Picked again is how often that was the same arm, and held out is the mean of these scores, which is what picking is worth. To report the accuracy of the best arm, run it on fresh seeds. The lead over the next arm is taken seed by seed; its interval is Student’s and, like that of the mean, knows nothing of the picking.',
  };
}

/** Whether arms are looked through for the best of many values, rather than to find what a change does. */
export const isSearch = ({ designs, best }: Pick<ReportData, 'designs' | 'best'>): boolean =>
  best.length > 0 && designs.some(({ factors }) => factors.some(({ levels }) => levels.length > 2));

/** The answer of a search for the best of many values; none where nobody looks for it. */
export function bestArmsInWords(data: ReportData, ledger: Ledger): Piece[] {
  const { best, tasks } = data;
  const shown = isSearch(data) ? best.slice(0, mostNamed) : [];
  if (shown.length === 0) return [];
  const left = best.length - shown.length;
  return [
    ...shown.flatMap((one, index): Piece[] => {
      const where = taskInProse(one, tasks);
      const number = numberOf(one, ledger);
      const begin = index === 0 ? capitalised(where) : `; ${where}`;
      const beyond: Piece[] =
        one.heldOut === undefined
          ? []
          : [
              ' (held out ',
              number('held-out-mean', choiceOf),
              ' %, picked again ',
              number('times-picked', choiceOf, 'count'),
              ` of ${one.seeds.length} times)`,
            ];
      return [`${begin}, ${one.arm} has the highest mean, `, number('mean', runsOfBest), ' %', ...beyond];
    }),
    '. The highest of several means is partly luck; held out is what the picking gives on seeds that had no part in it.',
    ...(left > 0 ? [` ${countOf(left, 'more task')} ${left === 1 ? 'is' : 'are'} below.`] : []),
  ];
}

const bestTable = ({ best, tasks }: ReportData, ledger: Ledger): Table => ({
  label: 'The best arm',
  columns: [
    { title: 'Best' },
    { title: 'Shots' },
    { title: 'Mean', kind: 'key' },
    ...numbers('95 %', 'Picked again', 'Held out'),
    { title: 'Next' },
    ...numbers('Lead', '95 %'),
  ],
  groups: [
    {
      rows: best.map((one): Row => {
        const number = numberOf(one, ledger);
        return {
          cells: [
            one.arm,
            taskInWords(one, tasks),
            number('mean', runsOfBest),
            range(number('mean-t-low', runsOfBest), number('mean-t-high', runsOfBest)),
            [number('times-picked', choiceOf, 'count'), ` of ${one.seeds.length}`],
            number('held-out-mean', choiceOf),
            one.next,
            number('mean', leadOf, 'signed'),
            range(number('mean-t-low', leadOf, 'signed'), number('mean-t-high', leadOf, 'signed'), ' to '),
          ],
        };
      }),
    },
  ],
});

const numberOf =
  (best: BestArm, ledger: Ledger) =>
  (
    reducer: Derivation['reducer'],
    of: (best: BestArm) => Derivation['of'],
    format: Format = 'measured',
  ): Cell =>
    ledger.number({ reducer, of: of(best), ...(reducer.startsWith('mean-t') && { level }) }, format);
