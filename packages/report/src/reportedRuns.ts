import type { TrainingSubset } from '@bit-repro/data';
import type { Summary } from '@bit-repro/metrics';
import type { GroupConfusion } from './groupConfusion.ts';
import type { Telemetry } from '@bit-repro/runs';
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
