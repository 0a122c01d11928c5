import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { withLock } from '@bit-repro/artifacts';
import { until } from '@bit-repro/artifacts/testing';
import { carryOut, type CarryOutOptions } from '../../src/supervision/carryOut.ts';
import type { Job, JobOutcome } from '../../src/supervision/launcher.ts';
import {
  makeStore,
  markerName,
  type RunSpec,
  runId,
  runKey,
  readSpec,
  writeResult,
  type RunStore,
  workerLockOf,
} from '@bit-repro/runs';
import { plannedRun, record, begin, finish, seeded, temporaryStore } from '@bit-repro/runs/testing';

type Work = (job: Job) => Promise<JobOutcome>;

/** Writes the result of a run as its worker would. */
const complete: Work = async ({ folder }) => {
  const spec = await readSpec(folder);
  const { result, timing } = record(plannedRun(), 50);
  await writeResult(folder, { ...result, key: runKey(spec) }, timing);
  return { kind: 'done' };
};

/** A supervisor that only records what it was given, and how many at a time. */
class Recorder {
  readonly slots: number;
  readonly given: string[] = [];
  readonly #work: Work;
  /** The outcome of a job that another process started. */
  attached: JobOutcome | undefined;
  running = 0;
  most = 0;

  constructor(slots = 1, work: Work = complete) {
    this.slots = slots;
    this.#work = work;
  }

  async carryOut(job: Job): Promise<JobOutcome> {
    this.given.push(job.id);
    this.most = Math.max(this.most, ++this.running);
    await new Promise((resolve) => setImmediate(resolve));
    const outcome = await this.#work(job);
    this.running -= 1;
    return outcome;
  }

  attach(): Promise<JobOutcome | undefined> {
    return Promise.resolve(this.attached);
  }
}

const optionsFor = (
  store: RunStore,
  supervisor: Recorder,
  change: Partial<CarryOutOptions> = {},
): CarryOutOptions => ({
  store,
  supervisor,
  provenance: record(plannedRun(), 50).provenance,
  diff: undefined,
  saveWeights: false,
  resources: { cores: 2, workers: 1, freeBytes: 8e9 },
  signal: new AbortController().signal,
  print: () => undefined,
  lookAgainAfterMs: 10,
  ...change,
});

/** Resolves once it has been looked twice whether a run of the store is held. */
function lookedTwice(store: RunStore): Promise<true> {
  const looks = vi.spyOn(store, 'isHeld');
  return until(() => looks.mock.calls.length >= 2 || undefined);
}

/** Holds a run's lock, as another process would, while `work` runs; resolves once it holds it. */
const holdElsewhere = (
  store: RunStore,
  spec: RunSpec,
  work: () => Promise<unknown>,
): Promise<{ released: Promise<unknown> }> =>
  new Promise((resolve) => {
    const released = store.whileLocked(spec, async () => {
      resolve({ released });
      await work();
    });
  });

const ofSteps = (steps: number): RunSpec =>
  seeded(steps, { fineTune: { ...seeded(0).fineTune, schedule: [1, steps] } });

describe('carrying out runs', () => {
  it('starts with the longest, in whatever order they were planned', async () => {
    const launcher = new Recorder();
    const [short, long, middle] = [ofSteps(10), ofSteps(300), ofSteps(50)];
    // The first starts before the queue knows the others.
    await carryOut([long, short, middle], optionsFor(temporaryStore(), launcher));
    expect(launcher.given).toEqual([long, middle, short].map(runId));
  });

  it('uses all slots of the launcher, and no more', async () => {
    const launcher: Recorder = new Recorder(3, async (job) => {
      // None ends before all slots are in use, as long as jobs are left.
      await until(() => launcher.running >= 3 || launcher.given.length === 7 || undefined);
      return complete(job);
    });
    await carryOut(
      [1, 2, 3, 4, 5, 6, 7].map((seed) => seeded(seed)),
      optionsFor(temporaryStore(), launcher),
    );
    expect(launcher.given).toHaveLength(7);
    expect(launcher.most).toBe(3);
  });

  it('skips finished runs, whoever holds their lock', async () => {
    const store = temporaryStore();
    const launcher = new Recorder();
    await finish(store, seeded(1));
    const outcomes = await carryOut([seeded(1), seeded(2)], optionsFor(store, launcher));
    expect(outcomes).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(launcher.given).toEqual([runId(seeded(2))]);
  });

  it('re-runs finished runs if forced, and keeps the old results', async () => {
    const store = temporaryStore();
    const id = runId(seeded(1));
    const launcher = new Recorder(1, async () => {
      await finish(store, seeded(1), 60);
      return { kind: 'done' };
    });
    await finish(store, seeded(1), 50);
    const options = optionsFor(store, launcher, { force: true });
    await carryOut([seeded(1)], options);
    await carryOut([seeded(1)], options);
    expect(readdirSync(store.folder)).toEqual([markerName, '.gitignore', id, `${id}.old-1`, `${id}.old-2`]);
    const finals = (await store.list()).map((run) => (run.state === 'done' ? run.final.top1 : undefined));
    expect(finals).toEqual([0.6, 0.5, 0.6]);
  });

  it('makes no folder for a run that it does not start', async () => {
    const store = temporaryStore();
    const stopping = new AbortController();
    const launcher = new Recorder(1, () => {
      stopping.abort();
      return Promise.resolve({ kind: 'stopped' });
    });
    const outcomes = await carryOut(
      [seeded(1), seeded(2)],
      optionsFor(store, launcher, { signal: stopping.signal }),
    );
    expect(outcomes).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
    expect(readdirSync(store.folder)).toEqual([markerName, '.gitignore', runId(seeded(1))]);
  });

  it('continues with the others when one fails, and returns each outcome', async () => {
    const store = temporaryStore();
    const failed = { kind: 'failed', message: 'no memory' } as const;
    const launcher = new Recorder(1, (job) =>
      job.id === runId(seeded(1)) ? Promise.resolve(failed) : complete(job),
    );
    expect(await carryOut([seeded(1), seeded(2)], optionsFor(store, launcher))).toEqual([
      failed,
      { kind: 'done' },
    ]);
  });

  it('retries a few times when a worker was lost', async () => {
    const lost = { kind: 'failed', message: 'killed', transient: true } as const;
    const results: (JobOutcome | undefined)[] = [lost, undefined, lost, lost, lost];
    const launcher = new Recorder(1, async (job) => results.shift() ?? complete(job));
    const lines: string[] = [];
    const change = { retryAfterMs: [0, 1], print: (line: string) => lines.push(line) };
    const options = optionsFor(temporaryStore(), launcher, change);
    expect(await carryOut([seeded(1)], options)).toEqual([{ kind: 'done' }]);
    expect(launcher.given).toHaveLength(2);
    expect(lines).toEqual([`again in 0.1s  ${runId(seeded(1))}  rule`]);
    expect(await carryOut([seeded(2)], options)).toEqual([lost]);
    expect(launcher.given).toHaveLength(2 + 3);
  });

  it('retries a lost run any number of times while it makes progress', async () => {
    const lost = { kind: 'failed', message: 'The worker was killed', transient: true } as const;
    let step = 0;
    const launcher = new Recorder(1, async (job) => {
      if (step === 50) return complete(job);
      writeFileSync(`${job.folder}/checkpoint-${(step += 10)}.npz`, '');
      return lost;
    });
    const options = optionsFor(temporaryStore(), launcher, { retryAfterMs: [0] });
    expect(await carryOut([seeded(1)], options)).toEqual([{ kind: 'done' }]);
    expect(launcher.given).toHaveLength(6);
  });

  it('does not retry once it is stopping', async () => {
    const stopping = new AbortController();
    const launcher = new Recorder(1, () =>
      Promise.resolve({ kind: 'failed', message: 'killed', transient: true }),
    );
    const options = optionsFor(temporaryStore(), launcher, {
      signal: stopping.signal,
      retryAfterMs: [60_000],
      print: () => {
        stopping.abort();
      },
    });
    expect(await carryOut([seeded(1)], options)).toEqual([{ kind: 'stopped' }]);
    expect(launcher.given).toHaveLength(1);
  });

  it('re-runs a damaged run, and says why', async () => {
    const store = temporaryStore();
    const spec = seeded(1);
    const folder = await finish(store, seeded(1));
    writeFileSync(`${folder}/result.json`, '{}');
    const before = readFileSync(`${folder}/result.json`, 'utf8');
    const lines: string[] = [];
    const launcher = new Recorder();
    await carryOut([spec], optionsFor(store, launcher, { print: (line) => lines.push(line) }));
    expect(launcher.given).toEqual([runId(spec)]);
    expect(lines).toEqual([expect.stringMatching(/run again: result\.json was altered/)]);
    expect(readFileSync(`${folder}/result.json`, 'utf8')).not.toBe(before);
    expect((await store.state(spec)).kind).toBe('done');
  });

  it('waits for a run that another process works on instead of running it', async () => {
    const store = temporaryStore();
    const spec = seeded(1);
    await begin(store, spec);
    const launcher = new Recorder();
    const { released } = await holdElsewhere(store, spec, async () => {
      await lookedTwice(store);
      await finish(store, spec);
    });
    expect(await carryOut([spec], optionsFor(store, launcher))).toEqual([{ kind: 'done' }]);
    await released;
    expect(launcher.given).toEqual([]);
  });

  it('runs the others in the meantime', async () => {
    const store = temporaryStore();
    const [held, free] = [ofSteps(500), ofSteps(10)];
    const launcher = new Recorder();
    const { released } = await holdElsewhere(store, held, async () => {
      await until(() => launcher.given[0]);
      await finish(store, held);
    });
    await carryOut([held, free], optionsFor(store, launcher));
    await released;
    expect(launcher.given).toEqual([runId(free)]);
  });

  it.each<[JobOutcome, number]>([
    [{ kind: 'done' }, 0],
    [{ kind: 'failed', message: 'killed', transient: true }, 1],
  ])('follows a worker that outlived its launcher to this outcome: %j', async (outcome, begun) => {
    const store = temporaryStore();
    const launcher = new Recorder();
    launcher.attached = outcome;
    if (outcome.kind === 'done') await finish(store, seeded(1));
    else await begin(store, seeded(1));
    const options = optionsFor(store, launcher);
    expect(await carryOut([seeded(1)], options)).toEqual([{ kind: 'done' }]);
    expect(launcher.given).toHaveLength(begun);
  });

  it('does not run a run whose state cannot be read', async () => {
    const store = temporaryStore();
    const folder = await finish(store, seeded(1));
    const launcher = new Recorder();
    rmSync(join(folder, 'timing.json'));
    mkdirSync(join(folder, 'timing.json'));
    const before = statSync(join(folder, 'result.json'));
    expect(await carryOut([seeded(1), seeded(2)], optionsFor(store, launcher))).toMatchObject([
      { kind: 'failed', message: expect.stringMatching(/timing\.json cannot be read/) as string },
      { kind: 'done' },
    ]);
    expect(launcher.given).toEqual([runId(seeded(2))]);
    expect(statSync(join(folder, 'result.json'))).toEqual(before);
  });

  it('does not run a run while a worker on another machine, whose launcher is gone, works on it', async () => {
    const store = temporaryStore();
    const launcher = new Recorder();
    const lock = workerLockOf(await begin(store, seeded(1)));
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const worker = withLock(lock, async () => {
      begun();
      await lookedTwice(store);
      expect(launcher.given).toEqual([]);
      await complete({ folder: store.folderOf(seeded(1)) } as Job);
    });
    await isBegun;
    expect(await carryOut([seeded(1)], optionsFor(store, launcher))).toEqual([{ kind: 'done' }]);
    await worker;
    expect(launcher.given).toEqual([]);
  });

  it('leaves a run to another process that took it over, and reports its success', async () => {
    const store = temporaryStore();
    const lock = `${store.folderOf(seeded(1))}.lock`;
    const theirs = `${JSON.stringify({ token: 'theirs', host: 'elsewhere', pid: 7 })}\n000000000001\n`;
    const launcher = new Recorder(1, async (job) => {
      writeFileSync(lock, theirs);
      await complete(job);
      void lookedTwice(store).then(() => {
        rmSync(lock);
      });
      return { kind: 'failed', message: 'lost', transient: true };
    });
    expect(await carryOut([seeded(1)], optionsFor(store, launcher))).toEqual([{ kind: 'done' }]);
    expect(launcher.given).toHaveLength(1);
  });

  it("does not accept a worker's success without a result", async () => {
    const launcher = new Recorder(1, () => Promise.resolve({ kind: 'done' }));
    const options = optionsFor(temporaryStore(), launcher, { retryAfterMs: [] });
    expect(await carryOut([seeded(1)], options)).toMatchObject([
      { kind: 'failed', message: 'The run’s seal is missing' },
    ]);
  });

  it('isolates a run whose folder cannot be made', async () => {
    const store = temporaryStore();
    await makeStore(store.folder);
    writeFileSync(store.folderOf(seeded(1)), 'in the way');
    const outcomes = await carryOut([seeded(1), seeded(2)], optionsFor(store, new Recorder()));
    expect(outcomes).toMatchObject([{ kind: 'failed' }, { kind: 'done' }]);
  });
});
