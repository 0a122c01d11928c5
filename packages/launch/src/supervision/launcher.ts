import type { WorkerFailure, Ticket } from '@bit-repro/runs';

/** A run that is ready in its folder, for a launcher to carry out. */
export interface Job {
  id: string;
  /** What tells it from the other runs of its experiment. */
  arm: string;
  shots: number;
  seed: number;
  /** The run's folder; with the caches it is all that the worker needs. */
  folder: string;
  /** Steps in all, for progress. */
  steps: number;
  /** Images per step. */
  batch: number;
  /** Of the network, for what the job needs. */
  architecture: string;
  /** Floating-point operations, by which jobs compare. */
  flops: number;
  /** Whether the fine-tuned weights are kept in the folder. */
  saveWeights: boolean;
  /** Seconds between checkpoints. */
  checkpointEvery: number;
}

/** How a job stands, as far as its launcher knows. What it computed is in its folder. */
export type JobStatus =
  /** Not begun yet, or the launcher cannot tell at the moment. */
  | { kind: 'waiting' }
  | { kind: 'running' }
  /** Its worker has ended. `lost`: why, where that is no word on the run itself; `failed`: why no other attempt will do. */
  | {
      kind: 'ended';
      lost?: string;
      failed?: { message: string; remedy: string };
      /** What its worker said of its failure otherwise than in its folder: a full disk may have no room there. */
      said?: WorkerFailure;
    };

/**
 * Has workers carry jobs out somewhere: `harness worker FOLDER` for each. A launcher knows nothing of plans and reports, and of
 * the store only the folder of a job.
 */
export interface Launcher {
  /** By which its tickets are known. */
  readonly name: string;
  /** Jobs that it can carry out at a time. */
  readonly slots: number;
  /** Whether its jobs go on when this process ends. */
  readonly outlives: boolean;
  /** How often it is worth asking. */
  readonly pollEveryMs: number;
  /**
   * Hands a job over, once there is room for it, and leaves its ticket in the job's folder: before the job can begin where it
   * outlives this process, so that no other can begin it a second time.
   *
   * @throws OutsideError when no room will come; the signal's reason when it is aborted before.
   */
  submit(job: Job, signal: AbortSignal): Promise<Ticket>;
  /** Whether the job of a ticket that another process left is still there; from then on it can be polled and cancelled. */
  attach(ticket: Ticket, job: Job): Promise<boolean>;
  /** How jobs stand, in the order of their tickets: one call for all of them. */
  poll(tickets: readonly Ticket[]): Promise<JobStatus[]>;
  /** Asks jobs to stop after the micro-batch in hand; with `now`, ends them at once. */
  cancel(tickets: readonly Ticket[], now: boolean): Promise<void>;
}

/** How a job ended. */
export type JobOutcome =
  | { kind: 'done' }
  /** `transient`: of no cause that lies in the run itself, so that another attempt may go well. */
  | { kind: 'failed'; message: string; remedy?: string; transient?: boolean }
  /** Stopped on request before it was done. */
  | { kind: 'stopped' };
