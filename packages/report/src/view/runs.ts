import { datasetTitle, type TrainingSubset } from '@bit-repro/data';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedRun } from '../reportedRuns.ts';
import type { RunExtras } from '../runExtras.ts';
import { numbers, type Table } from '../table.ts';
import { datasetAmong, hasSeveralDatasets } from '../task.ts';
import { taskCells, taskColumns } from './taskCells.ts';
import { countOf } from './words.ts';

export const runsOf = ({ groups }: ReportData): ReportedRun[] => groups.flatMap(({ runs }) => runs);

/** One row for each run. */
export const runsTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Runs',
  columns: [
    { title: 'Run' },
    ...taskColumns(data.tasks),
    ...numbers('Seed', 'Top-1', 'Top-5', 'Loss', 'Time'),
    { title: 'Recipe' },
  ],
  groups: [
    {
      rows: runsOf(data).map(({ id, arm, seed, ...task }) => {
        const of = { runs: [id] };
        return {
          cells: [
            { code: id },
            ...taskCells(task, data.tasks),
            String(seed),
            ledger.number({ reducer: 'top1', of }),
            ledger.number({ reducer: 'top5', of }),
            ledger.number({ reducer: 'recorded', path: 'result.final.loss', of }, 'loss'),
            ledger.number({ reducer: 'recorded', path: 'timing.seconds', of }, 'duration'),
            arm,
          ],
        };
      }),
    },
  ],
});

/** How the pictures of training images are laid out, and what the numbers beside them count. */
export function subsetsInWords({ datasets }: ReportData): { columns: string; dataset: string } {
  const [only, ...others] = datasets;
  if (others.length > 0) return { columns: 'in the order of the classes', dataset: 'the data set' };
  const { classes, title } = only!;
  const order = `from ${classes[0]!} to ${classes.at(-1)!}`;
  return {
    columns: classes.length > mostListed ? `class by class, ${order}` : `a column for each class, ${order}`,
    dataset: title,
  };
}

/** The training images of the runs; arms share those of a seed. */
export function subsetsView(
  data: ReportData,
  extras: ReadonlyMap<string, RunExtras> = new Map<string, RunExtras>(),
): object[] {
  const subsets = new Map<
    string,
    { heading: string; seed: number; images: string; picture: string; runs: number }
  >();
  for (const run of runsOf(data)) {
    const { id, dataset, shots, seed, subset } = run;
    const images = imagesInWords(subset, datasetAmong(data.datasets, run).classes);
    const key = JSON.stringify([dataset, shots, seed, images]);
    const bytes = extras.get(id)?.picture;
    const picture =
      bytes === undefined ? '' : `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
    const among = hasSeveralDatasets(data.tasks) ? `${datasetTitle(dataset)}: ` : '';
    const heading = `${among}${shots === 'all' ? 'All training images' : `${shots} per class`}`;
    subsets.set(key, { heading, seed, images, picture, runs: (subsets.get(key)?.runs ?? 0) + 1 });
  }
  return [...subsets.values()].map((subset) => ({ ...subset, runsInWords: countOf(subset.runs, 'run') }));
}

/** With more classes nobody would read the list. */
const mostListed = 100;

/** The places of the images in the training set, by class. */
function imagesInWords(subset: TrainingSubset, classes: readonly string[]): string {
  if ('all' in subset) return `all ${subset.all.toLocaleString('en')}`;
  if (classes.length > mostListed)
    return `${subset.indices.length.toLocaleString('en')} of ${classes.length.toLocaleString('en')} classes; result.json of the run has them`;
  return classes
    .map((name, label) => {
      const own = subset.indices.filter((_, position) => subset.labels[position] === label);
      return `${name} ${own.join(', ')}`;
    })
    .join('; ');
}
