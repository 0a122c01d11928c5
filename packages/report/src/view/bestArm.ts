import { differenceLevel as level } from '../armComparisons.ts';
import { choiceOf, leadOf, runsOfBest, type BestArm } from '../bestArms.ts';
import type { Derivation } from '../derivation.ts';
import { plainCell, type Cell, type Format, type Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { numbers, range, tableView, type Row, type Table } from '../table.ts';
import { taskInProse, taskInWords, type Task } from '../task.ts';
import { mostNamed } from './lead.ts';
import { countOf } from './words.ts';

/** The best arms of a design: a sentence for each of the first tasks, and a table with what picking them is worth. */
export function bestArmView(data: ReportData, ledger: Ledger): object {
  const { best, tasks } = data;
  return {
    bestArms: isSearch(data) ? best.slice(0, mostNamed).map((one) => sentenceOf(one, tasks, ledger)) : [],
    best: tableView(bestTable(data, ledger)),
    bestIntro:
      'The arm with the highest mean, by the seeds that all arms have. That it is the highest is partly luck, so its mean is too high, the more so the more arms there are and the closer they lie. Therefore each seed was left out in turn: the others picked an arm, and that arm was scored on the seed left out, which had no part in picking it. Picked again is how often that was the same arm, and held out is the mean of these scores, which is what picking is worth. To report the accuracy of the best arm, run it on fresh seeds. The lead over the next arm is taken seed by seed; its interval is Student’s and, like that of the mean, knows nothing of the picking.',
  };
}

/** Whether somebody looks for the best of many values rather than for the effect of a change. */
const isSearch = ({ designs }: ReportData): boolean =>
  designs.some(({ factors }) => factors.some(({ levels }) => levels.length > 2));

function sentenceOf(best: BestArm, tasks: readonly Task[], ledger: Ledger): object {
  const { arm, among, seeds, heldOut } = best;
  const number = numberOf(best, ledger);
  return {
    arm,
    where: taskInProse(best, tasks),
    arms: countOf(among.length, 'arm'),
    mean: number('mean', runsOfBest),
    hasHeldOut: heldOut !== undefined,
    heldOut: heldOut === undefined ? plainCell() : number('held-out-mean', choiceOf),
    timesPicked: heldOut === undefined ? plainCell() : number('times-picked', choiceOf, 'count'),
    seeds: seeds.length,
  };
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
