import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { carryOut, Supervisor, type JobListener, type JobOutcome } from '@bit-repro/launch';
import type { SlurmOptions } from '../src/slurmOptions.ts';
import { arraysFolder, SlurmLauncher } from '../src/slurmLauncher.ts';
import {
  type RunSpec,
  runKey,
  readSpec,
  RunStore,
  writeResult,
  readTicket,
  removeTicket,
  writeTicket,
} from '@bit-repro/runs';
import { plannedRun, record, begin, seeded } from '@bit-repro/runs/testing';
import { until } from '@bit-repro/artifacts/testing';
import { FakeSlurm, type FakeSlurmOptions, type FakeTask } from '../testing/fakeSlurm.ts';

/** Writes what a worker leaves. */
async function complete(folder: string): Promise<void> {
  const spec = await readSpec(folder);
  const { result, timing } = record(plannedRun(), 50);
  await writeResult(folder, { ...result, key: runKey(spec) }, timing);
}

const specs = (count: number): RunSpec[] => Array.from({ length: count }, (_, seed) => seeded(seed));
const kinds = (outcomes: readonly JobOutcome[]): string[] => [...new Set(outcomes.map(({ kind }) => kind))];

/** A task that another process submitted. */
const task: FakeTask = {
  id: '9_0',
  name: 'bit-repro-other',
  folder: '',
  state: 'RUNNING',
  reason: 'None',
  wait: 4,
};

interface World {
  fake: FakeSlurm;
  store: RunStore;
  printed: string[];
  /** What the supervisor reported. */
  heard: string[];
  run: (
    specs: readonly RunSpec[],
    options?: { attachOnly?: boolean; signal?: AbortSignal },
  ) => Promise<JobOutcome[]>;
}

async function world(
  options: Partial<FakeSlurmOptions> = {},
  slurm: SlurmOptions = { maxQueued: 20 },
): Promise<World> {
  const store = new RunStore(mkdtempSync(join(tmpdir(), 'slurm-runs-')));
  const fake = new FakeSlurm({
    fate: () => 'done',
    work: complete,
    ...options,
  });
  await fake.start();
  onTestFinished(() => fake.stop());
  const printed: string[] = [];
  const heard: string[] = [];
  const print = (line: string): void => void printed.push(line);
  const never = new AbortController().signal;
  const run: World['run'] = (specs, { attachOnly = false, signal = never } = {}) => {
    const first = Math.min(specs.length, slurm.maxQueued ?? Infinity);
    // The first array is complete however slowly its jobs come; further ones are of what comes together.
    const gather = async (): Promise<void> => {
      await until(() => sent.mock.calls.length >= first || undefined);
      await setTimeout(100);
    };
    const launcher = new SlurmLauncher({
      options: { partition: 'main', ...slurm },
      store: store.folder,
      environment: {},
      print,
      waits: { gather, lookMs: 20, askMs: 60 },
    });
    const sent = vi.spyOn(launcher, 'submit');
    const listener: JobListener = {
      started: ({ id }) => heard.push(`started ${id}`),
      event: () => undefined,
      ended: ({ id }, { kind }) => heard.push(`${kind} ${id}`),
    };
    const supervisor = new Supervisor(launcher, listener);
    signal.addEventListener('abort', () => void supervisor.stop(false));
    return carryOut(specs, {
      store,
      supervisor,
      provenance: record(plannedRun(), 50).provenance,
      diff: undefined,
      saveWeights: false,
      attachOnly,
      resources: { cores: 1, workers: 1, freeBytes: 1e12 },
      signal,
      print,
      retryAfterMs: [10, 10, 10],
    });
  };
  return { fake, store, printed, heard, run };
}

describe('runs on Slurm', () => {
  it('are submitted as arrays, and all finish', async () => {
    const { fake, run } = await world();
    expect(kinds(await run(specs(50)))).toEqual(['done']);
    expect([fake.done.size, fake.faults]).toEqual([50, []]);
    expect(fake.calls.get('sbatch')).toBeLessThan(40);
  });

  it('all wait in the queue, so that the submitting process may exit, and run in limited number', async () => {
    const { fake, run } = await world({}, { maxParallel: 3 });
    expect(kinds(await run(specs(12)))).toEqual(['done']);
    expect([fake.calls.get('sbatch'), fake.tasks.size, fake.most]).toEqual([1, 12, 3]);
  });

  it('are reported as started when they start, not when they are submitted', async () => {
    const leaving = new AbortController();
    const { fake, heard, printed, run } = await world({}, { maxParallel: 1 });
    const going = run(specs(3), { signal: leaving.signal });
    await until(() => heard[0]);
    leaving.abort(new Error('gone'));
    await going;
    expect(heard.filter((line) => line.startsWith('started')).length).toBeLessThan(3);
    expect(heard.filter((line) => line.startsWith('stopped')).length).toBeLessThan(2);
    expect(printed).toContain('sent     3 runs to Slurm, as array 1');
    expect(fake.tasks.size).toBe(3);
  });

  it('share `maxParallel` among groups with different resources', async () => {
    const options = { maxParallel: 6, architectures: { R50x1: { mem: '9G' } } };
    const { fake, run } = await world({}, options);
    const others = specs(8).map((spec) => ({
      ...spec,
      fineTune: { ...spec.fineTune, architecture: 'R50x1' as const },
    }));
    expect(kinds(await run([...specs(16), ...others]))).toEqual(['done']);
    expect([...new Set([...fake.tasks.values()].map(({ atOnce }) => atOnce))].sort()).toEqual([2, 4]);
  });

  it('are neither lost nor doubled if commands fail and answers are lost', async () => {
    const { fake, run } = await world(
      {
        fate: ({ id }, attempt) => (attempt === 1 && id.endsWith('3') ? 'NODE_FAIL' : 'done'),
        mood: (command, call) => {
          if (command === 'sbatch') return call % 3 === 0 ? 'lost' : call % 5 === 0 ? 'refuse' : 'answer';
          return call % 4 === 0 ? 'refuse' : call % 7 === 0 ? 'lost' : 'answer';
        },
      },
      { maxQueued: 60 },
    );
    expect(kinds(await run(specs(200)))).toEqual(['done']);
    expect([fake.done.size, fake.faults]).toEqual([200, []]);
  });

  it('are not resubmitted after a process that exited before it got the answer', async () => {
    const leaving = new AbortController();
    const { fake, run } = await world({
      mood: (command, call) => {
        if (command !== 'sbatch' || call > 1) return 'answer';
        leaving.abort(new Error('gone'));
        return 'lost';
      },
    });
    expect(kinds(await run(specs(5), { signal: leaving.signal }))).toEqual(['stopped']);
    expect(kinds(await run(specs(5)))).toEqual(['done']);
    expect([fake.calls.get('sbatch'), fake.done.size, fake.faults]).toEqual([1, 5, []]);
  });

  it('do nothing if their run belongs to another array by now', async () => {
    const { fake, store, run } = await world();
    const [spec] = specs(1);
    const folder = store.folderOf(spec!);
    fake.tasks.set('9_0', { ...task, id: '9_0', folder, state: 'PENDING', wait: 3 });
    expect(await run([spec!])).toEqual([{ kind: 'done' }]);
    await until(() => fake.idle === 1 || (void execa('squeue'), undefined));
    expect([fake.done.size, fake.faults]).toEqual([1, []]);
  });

  it('fail if Slurm refuses them, and are not resubmitted', async () => {
    const { fake, store, run } = await world({ mood: (command) => (command === 'sbatch' ? 'no' : 'answer') });
    const [outcome] = await run(specs(1));
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('Requested node configuration is not available') as string,
    });
    expect(fake.calls.get('sbatch')).toBe(1);
    expect(await readTicket(store.folderOf(specs(1)[0]!))).toBeUndefined();
  });

  it.each(['NODE_FAIL', 'FAILED'] as const)('are retried after %s', async (state) => {
    const { fake, run } = await world({ fate: (_, attempt) => (attempt === 1 ? state : 'done') });
    expect(await run(specs(1))).toEqual([{ kind: 'done' }]);
    expect(fake.tasks.size).toBe(2);
  });

  it('are retried without accounting, too', async () => {
    const { run } = await world({
      hasAccounting: false,
      fate: (_, attempt) => (attempt === 1 ? 'NODE_FAIL' : 'done'),
    });
    expect(await run(specs(1))).toEqual([{ kind: 'done' }]);
  });

  it.each([
    [
      'OUT_OF_MEMORY',
      'Slurm ended the job because it used more memory than it asked for',
      'Raise `slurm.mem` for its architecture.',
    ],
    [
      'CANCELLED',
      'The job was cancelled',
      'If that was a mistake, run the same command again: the run continues from its checkpoint.',
    ],
  ] as const)('are not retried after %s', async (state, message, remedy) => {
    const { fake, run } = await world({ fate: () => state });
    expect(await run(specs(1))).toEqual([{ kind: 'failed', message, remedy }]);
    expect(fake.tasks.size).toBe(1);
  });

  it('report the ending that Slurm wrote into their output if there is no accounting', async () => {
    const { store, run } = await world({
      hasAccounting: false,
      fate: ({ id, name }) => {
        const file = join(arraysFolder(store.folder), `${name}_${id.split('_')[1]!}.out`);
        writeFileSync(file, 'slurmstepd: error: Detected 1 oom_kill event in StepId=1.batch.\n');
        return 'FAILED';
      },
    });
    expect(await run(specs(1))).toMatchObject([{ message: expect.stringContaining('memory') as string }]);
  });

  it('are no longer followed once somebody cancels them', async () => {
    const { fake, store, run } = await world({ hasAccounting: false, waitsFor: 'Priority' });
    const [spec] = specs(1);
    const going = run([spec!]);
    await until(() => fake.tasks.get('1_0'));
    await removeTicket(store.folderOf(spec!));
    await execa('scancel', ['1_0']);
    expect(await going).toEqual([{ kind: 'stopped' }]);
    expect(fake.tasks.size).toBe(1);
  });

  it('fail, and are cancelled, if they would wait forever', async () => {
    const { fake, run } = await world({ waitsFor: 'BadConstraints' });
    const [outcome] = await run(specs(1));
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: 'Slurm will never start the job: BadConstraints',
    });
    expect([...fake.tasks.values()].map(({ state }) => state)).toEqual(['CANCELLED']);
  });

  it('are followed, not resubmitted, if another process submitted them', async () => {
    const { fake, store, run } = await world();
    const [spec] = specs(1);
    const folder = await begin(store, spec!);
    fake.tasks.set('9_0', { ...task, folder });
    await writeTicket(folder, { launcher: 'slurm', job: 'bit-repro-other_0', outlives: true });
    expect(await run([spec!], { attachOnly: true })).toEqual([{ kind: 'done' }]);
    expect([fake.calls.get('sbatch'), await readTicket(folder)]).toEqual([undefined, undefined]);
  });

  it('are not started by a process that only follows', async () => {
    const { fake, run } = await world();
    expect(await run(specs(2), { attachOnly: true })).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
    expect(fake.tasks.size).toBe(0);
  });
});
