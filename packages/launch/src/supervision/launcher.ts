import type { Shots } from '@bit-repro/data';
import type { WorkerFailure, Ticket } from '@bit-repro/runs';

/** A run whose folder is ready for a launcher. */
export interface Job {
  id: string;
  /** Name of the run's arm in its experiment. */
  arm: string;
  /** The name of the run's data set, where the runs of the plan are on several. */
  dataset?: string;
  shots: Shots;
  seed: number;
  /** The run's folder. Apart from the caches, the worker needs nothing else. */
  folder: string;
  /** Total steps, for progress. */
  steps: number;
  /** Images per step. */
  batch: number;
  /** The network, which decides what the job needs. */
  architecture: string;
  /** Floating-point operations, to compare the size of jobs. */
  flops: number;
  /** Whether to keep the fine-tuned weights in the folder. */
  saveWeights: boolean;
  checkpointEvery: number;
}

/** The status of a job as far as its launcher knows. Its results are in its folder. */
export type JobStatus =
  /** Not started yet, or currently unknown to the launcher. */
  | { kind: 'waiting' }
  | { kind: 'running' }
  /**
   * The worker has ended. `lost`: the reason, if it says nothing about the run itself; `failed`: why further
   * attempts are pointless.
   */
  | {
      kind: 'ended';
      lost?: string;
      failed?: { message: string; remedy: string };
      /** A failure that the worker reported outside its folder, because a full disk may have had no room. */
      said?: WorkerFailure;
    };

/**
 * Starts workers somewhere: `harness worker FOLDER` for each job. A launcher knows nothing of plans and
 * reports, and of the store only the job's folder.
 */
export interface Launcher {
  /** The name in its tickets. */
  readonly name: string;
  /** Number of jobs at a time. */
  readonly slots: number;
  /** Whether its jobs continue when this process ends. */
  readonly outlives: boolean;
  /** How often to poll. */
  readonly pollEveryMs: number;
  /**
   * Submits a job once there is room for it, and writes its ticket into the job's folder. If the job outlives
   * this process, the ticket is written before the job can start, so that no other process starts it again.
   *
   * @throws OutsideError if there will be no room; the signal's reason if it is aborted first.
   */
  submit(job: Job, signal: AbortSignal): Promise<Ticket>;
  /**
   * Whether the job of a ticket from another process still exists. If so, it can be polled and cancelled from
   * then on.
   */
  attach(ticket: Ticket, job: Job): Promise<boolean>;
  /** The statuses of jobs, in the order of their tickets. */
  poll(tickets: readonly Ticket[]): Promise<JobStatus[]>;
  /** Asks jobs to stop after the current micro-batch; with `now`, kills them. */
  cancel(tickets: readonly Ticket[], now: boolean): Promise<void>;
}

/** How a job ended. */
export type JobOutcome =
  | { kind: 'done' }
  /** `transient`: the cause is not in the run itself, so another attempt may succeed. */
  | { kind: 'failed'; message: string; remedy?: string; transient?: boolean }
  /** Stopped on request before it was done. */
  | { kind: 'stopped' };
