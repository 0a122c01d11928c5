import { factsOf, type Shots, type TrainingSubset } from '@bit-repro/data';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedRun } from '../reportedRuns.ts';
import type { RunExtras } from '../runExtras.ts';
import { numbers, type Table } from '../table.ts';

export const runsOf = ({ groups }: ReportData): ReportedRun[] => groups.flatMap(({ runs }) => runs);

/** One row for each run. */
export const runsTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Runs',
  columns: [
    { title: 'Run' },
    { title: 'Recipe' },
    ...numbers('Shots', 'Seed', 'Top-1', 'Top-5', 'Loss', 'Time'),
  ],
  groups: [
    {
      rows: runsOf(data).map(({ id, arm, shots, seed }) => {
        const of = { runs: [id] };
        return {
          cells: [
            { code: id },
            arm,
            String(shots),
            String(seed),
            ledger.number({ reducer: 'top1', of }),
            ledger.number({ reducer: 'top5', of }),
            ledger.number({ reducer: 'recorded', path: 'result.final.loss', of }, 'loss'),
            ledger.number({ reducer: 'recorded', path: 'timing.seconds', of }, 'duration'),
          ],
        };
      }),
    },
  ],
});

/** The training images of the runs; arms share those of a seed. */
export function subsetsView(
  data: ReportData,
  extras: ReadonlyMap<string, RunExtras> = new Map<string, RunExtras>(),
): object[] {
  const subsets = new Map<
    string,
    { shots: Shots; heading: string; seed: number; images: string; picture: string; runs: number }
  >();
  for (const { id, shots, seed, subset } of runsOf(data)) {
    const images = imagesInWords(subset, factsOf(data.dataset).classes);
    const key = JSON.stringify([shots, seed, images]);
    const bytes = extras.get(id)?.picture;
    const picture =
      bytes === undefined ? '' : `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
    const heading = shots === 'all' ? 'All training images' : `${shots} per class`;
    subsets.set(key, { shots, heading, seed, images, picture, runs: (subsets.get(key)?.runs ?? 0) + 1 });
  }
  return [...subsets.values()];
}

/** The places of the images in the training set, by class. */
function imagesInWords(subset: TrainingSubset, classes: readonly string[]): string {
  if ('all' in subset) return `all ${subset.all.toLocaleString('en')}`;
  return classes
    .map((name, label) => {
      const own = subset.indices.filter((_, position) => subset.labels[position] === label);
      return `${name} ${own.join(', ')}`;
    })
    .join('; ');
}
