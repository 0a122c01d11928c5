import { eventsIn, readRunFileIfThere, runFiles, type RunRecord } from '@bit-repro/runs';

/** A number of a run, and the step that it is of. */
interface Point {
  step: number;
  /** `trainingLoss`, `learningRate`, or of the test images `top1`, `top5` or `loss`. */
  metric: string;
  value: number;
}

/** The numbers of a run in the order of their steps; steps that were done twice, after a crash, count once. */
export async function pointsOf({ folder, result }: RunRecord): Promise<Point[]> {
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
