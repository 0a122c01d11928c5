import { datasetNamed } from '@bit-repro/data';
import { plainCell, type Cell, type Format, type Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedRun } from '../reportedRuns.ts';
import type { RunExtras } from '../runExtras.ts';

export const runsOf = ({ groups }: ReportData): ReportedRun[] => groups.flatMap(({ runs }) => runs);

/** One row for each run. */
export const runsView = (data: ReportData, ledger: Ledger): object[] =>
  runsOf(data).map(({ id, arm, shots, seed }) => {
    const of = { runs: [id] };
    return {
      id,
      arm,
      shots,
      seed,
      top1: ledger.number({ reducer: 'top1', of }),
      top5: ledger.number({ reducer: 'top5', of }),
      loss: ledger.number({ reducer: 'recorded', path: 'result.final.loss', of }, 'loss'),
      seconds: ledger.number({ reducer: 'recorded', path: 'timing.seconds', of }, 'duration'),
    };
  });

/** The training images of the runs; arms share those of a seed. */
export function subsetsView(
  data: ReportData,
  extras: ReadonlyMap<string, RunExtras> = new Map<string, RunExtras>(),
): object[] {
  const subsets = new Map<
    string,
    { shots: number; seed: number; images: string; picture: string; runs: number }
  >();
  for (const { id, shots, seed, subset } of runsOf(data)) {
    const images = datasetNamed(data.dataset)
      .classes.map((name, label) => {
        const own = subset.indices.filter((_, position) => subset.labels[position] === label);
        return `${name} ${own.join(', ')}`;
      })
      .join('; ');
    const key = JSON.stringify([shots, seed, images]);
    const bytes = extras.get(id)?.picture;
    const picture =
      bytes === undefined ? '' : `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
    subsets.set(key, { shots, seed, images, picture, runs: (subsets.get(key)?.runs ?? 0) + 1 });
  }
  return [...subsets.values()];
}

/** What all runs took together; nothing where there are none. */
export function effortView(data: ReportData, ledger: Ledger): object {
  const of = { runs: runsOf(data).map(({ id }) => id) };
  if (data.effort === undefined) return { hasEffort: false, effort: {} };
  const cell = (reducer: 'sum-of-recorded' | 'max-of-recorded', path: string, format: Format): Cell =>
    ledger.number({ reducer, path, of }, format);
  const energies = runsOf(data).filter(({ telemetry }) => telemetry?.gpu?.energyWattHours !== undefined);
  return {
    hasEffort: true,
    effort: {
      from: data.effort.from,
      to: data.effort.to,
      seconds: cell('sum-of-recorded', 'timing.seconds', 'duration'),
      evaluationSeconds: cell('sum-of-recorded', 'timing.evaluationSeconds', 'duration'),
      memory: cell('max-of-recorded', 'timing.peakRssBytes', 'gibibytes'),
      hasEnergy: energies.length > 0,
      energy:
        energies.length === 0
          ? plainCell()
          : cell('sum-of-recorded', 'timing.telemetry.gpu.energyWattHours', 'tenths'),
      measured: energies.length,
    },
  };
}
