import { ExplainedError } from '@bit-repro/artifacts';
import { NotFiniteError } from '@bit-repro/model';
import { writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { FineTuneInput } from './fineTuneInput.ts';
import { learningRate } from './hyperRule.ts';
import type { TrainableNetwork } from './network.ts';
import type { Evaluation, FineTuneSpec, SplitChange } from './spec.ts';

/** The progress of a run, and the generator's state at that point. */
export type Progress = Omit<
  Checkpoint,
  'parameters' | 'velocities' | 'stepLosses' | 'evaluations' | 'splits'
> & {
  stepLosses: number[];
  evaluations: Evaluation[];
  splits: SplitChange[];
  /** The step of the latest checkpoint. */
  saved?: number;
};

/** Writes a checkpoint, unless there is one for this step or checkpoints are disabled. */
export async function saveProgress(
  network: TrainableNetwork,
  progress: Progress,
  { spec, checkpoints, onEvent }: FineTuneInput,
): Promise<void> {
  if (checkpoints === undefined || progress.saved === progress.step) return;
  checkpoints.requireHeld?.();
  const { saved, ...state } = progress;
  try {
    await writeCheckpoint(checkpoints.folder, spec, { ...state, ...network.state() });
  } catch (cause) {
    throw cause instanceof NotFiniteError ? diverged('finite parameters', progress, spec, cause) : cause;
  }
  progress.saved = progress.step;
  onEvent({ kind: 'checkpoint', step: progress.step });
}

/** The error for training that diverged at the current step. */
export function diverged(
  expected: string,
  { step, saved }: Progress,
  { schedule, baseLr }: FineTuneSpec,
  cause?: unknown,
): ExplainedError {
  const rate = learningRate(Math.min(step, schedule.at(-1)! - 1), schedule, baseLr)!;
  const last = saved === undefined ? 'there is no checkpoint' : `the last checkpoint is of step ${saved}`;
  return new ExplainedError(
    `Training diverged: expected ${expected} at step ${step}, learning rate ${rate}; ${last}`,
    'Lower baseLr or lengthen the warm-up (the first support of the schedule).',
    { cause },
  );
}
