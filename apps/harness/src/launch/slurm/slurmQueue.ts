import { setTimeout } from 'node:timers/promises';
import type { Standing } from '../launcher.ts';
import { sacct, SlurmCommandError, squeue, type SlurmTask } from './slurmCommands.ts';

type Queued = SlurmTask & { name: string };

/** After so long without an answer of the controller, that is told. */
const toldAfterMs = 5 * 60_000;
/** Answers in a row that must lack a task before it counts as gone: a controller that restarts may forget for a moment. */
const answersToBeGone = 2;

/** Why a task never begins by itself. */
const neverReasons =
  /^(BadConstraints|DependencyNeverSatisfied|PartitionNodeLimit|PartitionTimeLimit|QOS.*Limit.*PerJob|AssocMax.*PerJob|InvalidAccount|InvalidQOS|ReqNodeNotAvail.*Unconfig|launch failed requeued held|JobHeld.*)$/i;

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

/** What a state of the accounting means for a run. */
const lostWords: Record<string, string> = {
  TIMEOUT: 'Its time was over before it left a checkpoint',
  NODE_FAIL: 'Its node failed',
  PREEMPTED: 'Slurm took its node for another job',
  BOOT_FAIL: 'Its node did not start',
  DEADLINE: 'Its deadline passed',
  CANCELLED: 'It was cancelled',
  FAILED: 'The worker ended with no word',
  COMPLETED: 'The worker ended with no word',
};

/** What the controller says, asked once in a while for all tasks together. */
export class SlurmQueue {
  readonly #askEveryMs: number;
  readonly #print: (line: string) => void;
  #asked: { at: number; answer: Promise<Map<string, Queued> | undefined> } | undefined;
  #answeredAt = performance.now();
  #isSilenceTold = false;
  readonly #missing = new Map<string, number>();
  readonly #told = new Set<string>();
  #counted: unknown;

  constructor(askEveryMs: number, print: (line: string) => void) {
    this.#askEveryMs = askEveryMs;
    this.#print = print;
  }

  /** Whether a task is in the queue; `unknown` where the controller does not answer. */
  async taskOf(id: string): Promise<'there' | 'gone' | 'unknown'> {
    const queue = await this.#ask();
    if (queue === undefined) return 'unknown';
    return queue.has(id) ? 'there' : 'gone';
  }

  /** The id of the array of this name; nothing where the queue is known not to have it. */
  async arrayNamed(name: string, signal: AbortSignal): Promise<string | undefined> {
    for (let answers = 0; answers < answersToBeGone;) {
      signal.throwIfAborted();
      this.#asked = undefined;
      const queue = await this.#ask();
      for (const [id, task] of queue ?? []) if (task.name === name) return id.split('_')[0];
      if (queue !== undefined) answers += 1;
      await setTimeout(this.#askEveryMs / 2, undefined, { signal });
    }
    return undefined;
  }

  /** How tasks stand whose folders do not tell yet. */
  async standingsOf(ids: readonly string[]): Promise<Map<string, Standing>> {
    const queue = await this.#ask();
    const standings = new Map<string, Standing>();
    if (queue === undefined) return standings;
    const isNews = this.#counted !== queue;
    this.#counted = queue;
    const gone: string[] = [];
    for (const id of ids) {
      const task = queue.get(id);
      if (task === undefined) {
        const times = (this.#missing.get(id) ?? 0) + (isNews ? 1 : 0);
        this.#missing.set(id, times);
        if (times >= answersToBeGone) gone.push(id);
        continue;
      }
      this.#missing.delete(id);
      standings.set(id, this.#standingOf(task));
    }
    if (gone.length > 0) {
      for (const [id, standing] of await endedStandings(gone)) standings.set(id, standing);
      for (const id of gone) this.#missing.delete(id);
    }
    return standings;
  }

  #standingOf({ state, reason }: Queued): Standing {
    if (!waitingStates.has(state)) return { kind: 'running' };
    if (neverReasons.test(reason)) {
      return {
        kind: 'ended',
        failed: {
          message: `Slurm will never begin it: ${reason}`,
          remedy:
            'Correct `slurm` in the config, or ask the cluster’s administrators; scancel what is left in the queue.',
        },
      };
    }
    if (reason !== '' && reason !== 'None' && !this.#told.has(reason)) {
      this.#told.add(reason);
      this.#print(`waiting  Slurm says: ${reason}`);
    }
    return { kind: 'waiting' };
  }

  /** The queue as of the last answer that is not too old; nothing where the controller gives none. */
  #ask(): Promise<Map<string, Queued> | undefined> {
    const now = performance.now();
    if (this.#asked !== undefined && now - this.#asked.at < this.#askEveryMs) return this.#asked.answer;
    const answer = squeue().then(
      (queue) => {
        this.#answeredAt = performance.now();
        if (this.#isSilenceTold) this.#print('slurm    The controller answers again');
        this.#isSilenceTold = false;
        return queue;
      },
      (error: unknown) => {
        if (!(error instanceof SlurmCommandError)) throw error;
        if (performance.now() - this.#answeredAt > toldAfterMs && !this.#isSilenceTold) {
          this.#isSilenceTold = true;
          this.#print(`slurm    The controller has not answered for five minutes: ${error.message}`);
        }
        return undefined;
      },
    );
    this.#asked = { at: now, answer };
    return answer;
  }
}

/** How tasks ended that have left the queue; without accounting only that they did. */
async function endedStandings(ids: readonly string[]): Promise<Map<string, Standing>> {
  const known = await sacct(ids).catch((error: unknown) => {
    if (error instanceof SlurmCommandError) return new Map<string, SlurmTask>();
    throw error;
  });
  return new Map(
    ids.map((id): [string, Standing] => {
      const state = known.get(id)?.state;
      if (state === 'OUT_OF_MEMORY') {
        const message = 'Slurm ended it: it took more memory than it asked for';
        return [
          id,
          { kind: 'ended', failed: { message, remedy: 'Raise `slurm.mem` for its architecture.' } },
        ];
      }
      return [id, { kind: 'ended', lost: lostWords[state ?? ''] ?? 'It left the queue with no word' }];
    }),
  );
}
