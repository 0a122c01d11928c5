import type { TrainingEvent } from '@bit-repro/trainer';

/** A run that is ready in its folder, for a launcher to carry out. */
export interface Job {
  id: string;
  /** The run's folder; with the caches it is all that the worker needs. */
  folder: string;
  /** Steps in all, for progress. */
  steps: number;
  /** Whether the fine-tuned weights are kept in the folder. */
  saveWeights: boolean;
}

/** How a job ended. */
export type JobOutcome =
  | { kind: 'done' }
  /** `transient`: of no cause that lies in the run itself, so that another attempt may go well. */
  | { kind: 'failed'; message: string; remedy?: string; transient?: boolean }
  /** Stopped on request before it was done. */
  | { kind: 'stopped' };

/** Hears how jobs go. */
export interface JobListener {
  started(job: Job): void;
  event(job: Job, event: TrainingEvent): void;
  ended(job: Job, outcome: JobOutcome): void;
}

/** Carries jobs out somewhere: `harness worker FOLDER` for each. A launcher knows nothing of plans, stores and reports. */
export interface Launcher {
  /** Jobs that it can carry out at a time. */
  readonly slots: number;
  /** Starts the job when there is room, and resolves when it has ended, however it ended; never rejects. */
  submit(job: Job, listener: JobListener): Promise<JobOutcome>;
  /** Asks every job to stop after the micro-batch in hand; with `now`, ends them at once. */
  cancel(now: boolean): void;
}
