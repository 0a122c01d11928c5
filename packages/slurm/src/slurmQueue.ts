import { setTimeout } from 'node:timers/promises';
import { inLine } from '@bit-repro/artifacts';
import type { JobStatus } from '@bit-repro/launch';
import { endOf } from './endings.ts';
import { SlurmCommandError, taskKey, type QueuedTask, type SlurmCommands } from './slurmCommands.ts';

export interface SlurmQueueOptions {
  commands: SlurmCommands;
  /** Between queries of the controller. */
  askEveryMs: number;
  print: (line: string) => void;
  /** The final state of a task that the accounting does not know. */
  stateOnRecord: (key: string) => Promise<string | undefined>;
}

type Queue = Map<string, QueuedTask>;

/** The user is told of a controller that does not answer for this long. */
const toldAfterMs = 5 * 60_000;
/**
 * A task is gone if it is missing from this many answers in a row; a controller that restarts may forget it
 * for a moment.
 */
const answersToBeGone = 2;

/** Reasons for which a task will never start by itself. */
const neverReasons =
  /^(BadConstraints|DependencyNeverSatisfied|PartitionNodeLimit|PartitionTimeLimit|QOS.*Limit.*PerJob|AssocMax.*PerJob|InvalidAccount|InvalidQOS|ReqNodeNotAvail.*Unconfig|launch failed requeued held)$/i;
/** Reasons not worth reporting: the task simply waits. */
const plainReasons = new Set(['', 'None', 'JobArrayTaskLimit']);

const waitingStates = new Set([
  'PENDING',
  'CONFIGURING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
  'SUSPENDED',
  'STOPPED',
  'SIGNALING',
  'STAGE_OUT',
]);

interface Followed {
  since: number;
  id?: string;
  /** Number of answers in a row without the task. */
  missing: number;
}

/** The controller's view of the queue, queried now and then for all tasks at once. */
export class SlurmQueue {
  readonly #options: SlurmQueueOptions;
  readonly #followed = new Map<string, Followed>();
  #asked: { at: number; answer: Promise<Queue | undefined> } | undefined;
  #answeredAt = performance.now();
  #isSilenceTold = false;
  readonly #told = new Set<string>();
  /** The last answer counted towards missing tasks. */
  #counted: Queue | undefined;

  constructor(options: SlurmQueueOptions) {
    this.#options = options;
  }

  /** Expects a task in the queue from now on; `id` if it is already known. */
  follow(key: string, id?: string): void {
    this.#followed.set(key, { since: performance.now(), missing: 0, ...(id !== undefined && { id }) });
  }

  /** Whether a task is in the queue; `unknown` if the controller does not answer. */
  async taskOf(key: string): Promise<'there' | 'gone' | 'unknown'> {
    const queue = await this.#ask();
    if (queue === undefined) return 'unknown';
    return queue.has(key) ? 'there' : 'gone';
  }

  /**
   * Whether an array is in the queue although the answer to its submission was lost. @throws the signal's
   * reason
   */
  async hasArray(name: string, count: number, signal: AbortSignal): Promise<boolean> {
    const keys = Array.from({ length: count }, (_, index) => taskKey(name, index));
    for (let answers = 0; answers < answersToBeGone;) {
      signal.throwIfAborted();
      this.#asked = undefined;
      const queue = await this.#ask();
      if (queue !== undefined && keys.some((key) => queue.has(key))) return true;
      if (queue !== undefined) answers += 1;
      await setTimeout(this.#options.askEveryMs / 2, undefined, { signal });
    }
    return false;
  }

  /** Slurm's IDs of tasks, as far as they are known. */
  async idsOf(keys: readonly string[]): Promise<string[]> {
    const isKnown = keys.every((key) => this.#followed.get(key)?.id !== undefined);
    const queue = isKnown ? undefined : await this.#ask();
    return keys.flatMap((key) => this.#followed.get(key)?.id ?? queue?.get(key)?.id ?? []);
  }

  /** The statuses of tasks whose folders do not say how they ended. Those without news are left out. */
  async statusesOf(keys: readonly string[]): Promise<Map<string, JobStatus>> {
    const statuses = new Map<string, JobStatus>();
    const queue = await this.#ask();
    if (queue === undefined) return statuses;
    const isNews = this.#counted !== queue;
    this.#counted = queue;
    const gone: string[] = [];
    for (const key of keys) {
      const followed = this.#followed.get(key);
      const task = queue.get(key);
      if (task !== undefined) {
        if (followed !== undefined) Object.assign(followed, { id: task.id, missing: 0 });
        statuses.set(key, this.#statusOf(task));
      } else if (followed === undefined) {
        gone.push(key);
      } else if (isNews && this.#asked!.at > followed.since) {
        followed.missing += 1;
        if (followed.missing >= answersToBeGone) gone.push(key);
      }
    }
    if (gone.length > 0) for (const [key, end] of await this.#endsOf(gone)) statuses.set(key, end);
    for (const [key, { kind }] of statuses) if (kind === 'ended') this.#followed.delete(key);
    return statuses;
  }

  #statusOf({ state, reason }: QueuedTask): JobStatus {
    if (!waitingStates.has(state)) return { kind: 'running' };
    if (neverReasons.test(reason)) {
      return {
        kind: 'ended',
        failed: {
          message: `Slurm will never start the job: ${reason}`,
          remedy: 'Correct `slurm` in the config, or ask the cluster’s administrators.',
        },
      };
    }
    if (!plainReasons.has(reason) && !this.#told.has(reason)) {
      this.#told.add(reason);
      this.#options.print(`waiting  Slurm says: ${inLine(reason)}`);
    }
    return { kind: 'waiting' };
  }

  /**
   * The endings of tasks that have left the queue, from the accounting or from what Slurm wrote into their
   * output.
   */
  async #endsOf(keys: readonly string[]): Promise<[string, JobStatus][]> {
    const ids = keys.flatMap((key) => this.#followed.get(key)?.id ?? []);
    const accounted = await this.#options.commands.sacct(ids).catch((error: unknown) => {
      if (error instanceof SlurmCommandError) return new Map<string, string>();
      throw error;
    });
    return Promise.all(
      keys.map(async (key): Promise<[string, JobStatus]> => {
        const state = accounted.get(this.#followed.get(key)?.id ?? '');
        return [key, endOf(state ?? (await this.#options.stateOnRecord(key)))];
      }),
    );
  }

  /** The last answer if it is recent, otherwise a new one; undefined if the controller does not answer. */
  #ask(): Promise<Queue | undefined> {
    const { commands, askEveryMs, print } = this.#options;
    const now = performance.now();
    if (this.#asked !== undefined && now - this.#asked.at < askEveryMs) return this.#asked.answer;
    const answer = commands.squeue().then(
      (queue) => {
        this.#answeredAt = performance.now();
        if (this.#isSilenceTold) print('slurm    The controller answers again');
        this.#isSilenceTold = false;
        return queue;
      },
      (error: unknown) => {
        if (!(error instanceof SlurmCommandError)) throw error;
        if (performance.now() - this.#answeredAt > toldAfterMs && !this.#isSilenceTold) {
          this.#isSilenceTold = true;
          print(`slurm    The controller has not answered for five minutes: ${inLine(error.message)}`);
        }
        return undefined;
      },
    );
    this.#asked = { at: now, answer };
    return answer;
  }
}
