import { nameOfDataset, type TrainingSubset } from '@bit-repro/data';
import type { Summary } from '@bit-repro/metrics';
import type { RunRecord, Telemetry } from '@bit-repro/runs';
import { percentOf } from './accuracy.ts';
import type { GroupConfusion } from './groupConfusion.ts';
import type { RunExtras } from './runExtras.ts';
import type { Task } from './task.ts';

/** A finished run; accuracies in percent. */
export interface ReportedRun extends Task {
  id: string;
  arm: string;
  seed: number;
  top1: number;
  /** Absent with five classes or fewer. */
  top5?: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Test images that these numbers are over. */
  samples: number;
  seconds: number;
  /** Absent where it was not sampled. */
  telemetry?: Telemetry;
  subset: TrainingSubset;
  /** Loss of the training batch, at so many of the steps as a figure can show. */
  losses: { step: number; loss: number }[];
  /** Whether what it made of each test image was recorded; earlier versions did not. */
  hasPredictions: boolean;
  /** After steps on the way, where the recipe asks for them, and at the end. */
  evaluations: { step: number; top1: number }[];
}

/** The runs of one arm at one task. `summary` is of the top-1 accuracies of `runs`, in percent. */
export interface ReportedGroup extends Task {
  /** Title of the arm. */
  arm: string;
  network: string;
  /** The published network that its runs are of; absent where the target has no claims about it. */
  claimedModel?: string;
  /** On so many of the test images its runs are scored; absent for all. */
  testImages?: number;
  /** Settings in which it is another recipe than the claim's, such as "learning rate"; none where the target has no claims. */
  deviations: string[];
  /** Settings other than the claim's that do not make another recipe, such as "computed in tensorfloat32". */
  allowed: string[];
  seeds: number[];
  runs: ReportedRun[];
  /** Absent when no run is finished. */
  summary?: Summary;
  /** Student's 95 % one of the mean; absent of fewer than two runs. */
  interval?: { low: number; high: number };
  /** What they got wrong; absent where the predictions of none are known. */
  confusion?: GroupConfusion;
  missing: number;
}

/** The numbers of a finished run, and its losses where they are at hand. */
export function reportedRun(arm: string, record: RunRecord, extras: RunExtras | undefined): ReportedRun {
  const { id, spec, result, timing } = record;
  const { loss, samples } = result.final;
  const top5 = percentOf(record, 'top5');
  return {
    id,
    arm,
    dataset: nameOfDataset(spec.dataset),
    shots: spec.fineTune.shots,
    seed: spec.fineTune.seed,
    top1: percentOf(record, 'top1'),
    ...(top5 !== undefined && { top5 }),
    loss,
    samples,
    seconds: timing.seconds,
    ...(timing.telemetry !== undefined && { telemetry: timing.telemetry }),
    subset: result.subset,
    hasPredictions: result.predictionsSha256 !== undefined,
    losses: thinned(extras?.losses ?? []),
    evaluations: result.evaluations.map(({ step, top1 }) => ({ step, top1: 100 * top1 })),
  };
}

/** The most steps of a run that are drawn. */
const mostSteps = 100;

/** Every n-th, so that the last is among them. */
function thinned<T>(items: readonly T[]): T[] {
  const every = Math.ceil(items.length / mostSteps);
  return items.filter((_, index) => (items.length - 1 - index) % every === 0);
}
