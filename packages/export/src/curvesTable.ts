import { eventsIn, readRunFileIfThere, runFiles, type RunRecord } from '@bit-repro/runs';
import { placeColumns } from './runColumns.ts';
import { rowOf, typesOf } from './runsTable.ts';
import { batchesOf, type Table } from './table.ts';

/** One row for each number of each step and evaluation: the long form, which plotting libraries group by `metric`. */
export const curvesTable = (runs: readonly RunRecord[], signal?: AbortSignal): Table => ({
  columns: { ...typesOf(placeColumns), step: 'integer', metric: 'text', value: 'number' },
  batches: batchesOf(
    runs,
    async (run) => {
      const place = rowOf(run, placeColumns);
      return (await pointsOf(run)).map((point) => ({ ...place, ...point }));
    },
    signal,
  ),
});

/** A number of a run, and the step that it is of. */
interface Point {
  step: number;
  /** `trainingLoss`, `learningRate`, or of the test images `top1`, `top5` or `loss`. */
  metric: string;
  value: number;
}

/** The numbers of a run in the order of their steps; steps that were done twice, after a crash, count once. */
async function pointsOf({ folder, result }: RunRecord): Promise<Point[]> {
  const events = await readRunFileIfThere(folder, runFiles.events);
  const steps = new Map<number, Point[]>();
  for (const { event } of eventsIn(events ?? Buffer.alloc(0))) {
    if (event?.kind !== 'step') continue;
    const { step, loss, learningRate } = event;
    steps.set(step, [
      { step, metric: 'trainingLoss', value: loss },
      { step, metric: 'learningRate', value: learningRate },
    ]);
  }
  const evaluations = result.evaluations.flatMap(({ step, top1, top5, loss }): Point[] => [
    { step, metric: 'top1', value: top1 },
    ...(top5 === undefined ? [] : [{ step, metric: 'top5', value: top5 }]),
    { step, metric: 'loss', value: loss },
  ]);
  return [...[...steps.values()].flat(), ...evaluations].sort((one, other) => one.step - other.step);
}
