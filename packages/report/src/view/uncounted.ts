import type { LeftOutRun } from '../leftOut.ts';
import type { ReportData } from '../reportData.ts';
import { numbers, type Table } from '../table.ts';
import { taskCells, taskColumns } from './taskCells.ts';
import { countOf } from './words.ts';

/** The runs that the report lacks, and why. */
export const missingTable = ({ missing, tasks }: ReportData): Table => ({
  label: 'Missing runs',
  columns: [{ title: 'Recipe' }, ...taskColumns(tasks), ...numbers('Seed'), { title: 'Why' }],
  groups: [
    {
      rows: missing.map(({ arm, seed, reason = 'not run yet', ...task }) => ({
        cells: [arm, ...taskCells(task, tasks), String(seed), reason],
      })),
    },
  ],
});

/** The most runs that are listed one by one. */
const mostListed = 100;

/** Runs of these recipes that the report does not count, except those made otherwise: of these there is one after every change. */
export const leftOutTable = (data: ReportData): Table => ({
  label: 'Runs left out',
  columns: [
    { title: 'Run' },
    { title: 'Recipe' },
    ...taskColumns(data.tasks),
    ...numbers('Seed', 'Top-1'),
    { title: 'Why' },
  ],
  groups: [
    {
      rows: listedOf(data)
        .slice(0, mostListed)
        .map(({ id, arm, seed, state, top1, why, ...task }) => ({
          cells: [
            { code: id },
            arm,
            ...taskCells(task, data.tasks),
            String(seed),
            top1 === undefined ? '–' : top1.toFixed(2),
            `${reasons[why]}${state === 'done' ? '' : `; ${state}`}`,
          ],
        })),
    },
  ],
});

const reasons: Record<LeftOutRun['why'], string> = {
  'other seed': 'its seed is not in the plan',
  'run again': 'it was run again with --force',
  'made otherwise': 'made by other code, data, weights or another engine',
};

/** How many runs are left out, for the top of the report and the section. */
export function leftOutWords(data: ReportData): { leftOutNotice: string; leftOutNote: string } {
  const listed = listedOf(data);
  const others = data.leftOut.filter(({ why }) => why === 'made otherwise');
  const same = others.filter(({ isSame }) => isSame);
  return {
    leftOutNotice:
      listed.length === 0
        ? ''
        : `The store has ${countOf(listed.length, 'more run')} of these recipes that the report does not count.`,
    leftOutNote: [
      'Runs in the store that have these recipes but are not counted, so that nobody need ask what was not shown.',
      ...(listed.length > mostListed ? [`The first ${mostListed} of ${listed.length} are listed.`] : []),
      ...(others.length === 0
        ? []
        : [
            `Beside them, ${countOf(others.length, 'run')} of planned seeds ${others.length === 1 ? 'was' : 'were'} made by other code, data, weights or another engine; ${same.length} of them ${same.length === 1 ? 'has' : 'have'} the accuracy of the run that is counted.`,
          ]),
    ].join(' '),
  };
}

const listedOf = ({ leftOut }: ReportData): LeftOutRun[] =>
  leftOut.filter(({ why }) => why !== 'made otherwise');
