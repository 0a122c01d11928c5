import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { carryOut } from '../../../src/launch/carryOut.ts';
import { SlurmLauncher } from '../../../src/launch/slurm/slurmLauncher.ts';
import { Supervisor } from '../../../src/launch/supervisor.ts';
import type { JobOutcome } from '../../../src/launch/launcher.ts';
import type { RunSpec } from '../../../src/store/records.ts';
import { runKey } from '../../../src/store/runKey.ts';
import { readSpec, RunStore, writeResult } from '../../../src/store/runStore.ts';
import { readTicket, writeTicket } from '../../../src/store/ticket.ts';
import { plannedRun, record } from '../../sampleRuns.ts';
import { begin, seeded } from '../../store/storedRuns.ts';
import { FakeSlurm, type FakeSlurmOptions } from './fakeSlurm.ts';

/** What a worker leaves behind. */
async function complete(folder: string): Promise<void> {
  const spec = await readSpec(folder);
  const { result, timing } = record(plannedRun(), 50);
  await writeResult(folder, { ...result, key: runKey(spec) }, timing);
}

const specs = (count: number): RunSpec[] => Array.from({ length: count }, (_, seed) => seeded(seed));
const kinds = (outcomes: readonly JobOutcome[]): string[] => [...new Set(outcomes.map(({ kind }) => kind))];

interface World {
  fake: FakeSlurm;
  store: RunStore;
  printed: string[];
  run: (specs: readonly RunSpec[], options?: { attachOnly?: boolean }) => Promise<JobOutcome[]>;
}

async function world(options: Partial<FakeSlurmOptions> = {}, maxParallel = 20): Promise<World> {
  const store = new RunStore(mkdtempSync(join(tmpdir(), 'slurm-runs-')));
  const fake = new FakeSlurm({
    fate: () => 'done',
    work: complete,
    ...options,
  });
  await fake.start();
  onTestFinished(() => fake.stop());
  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  const run: World['run'] = (specs, { attachOnly = false } = {}) => {
    const launcher = new SlurmLauncher({
      options: { maxParallel, partition: 'main' },
      store: store.folder,
      environment: {},
      print,
      waits: { gatherMs: 20, lookMs: 20, askMs: 60 },
    });
    const listener = { started: () => undefined, event: () => undefined, ended: () => undefined };
    return carryOut(specs, {
      store,
      supervisor: new Supervisor(launcher, listener),
      provenance: record(plannedRun(), 50).provenance,
      diff: undefined,
      saveWeights: false,
      attachOnly,
      resources: { cores: 1, workers: 1, freeBytes: 1e12 },
      signal: new AbortController().signal,
      print,
      retryAfterMs: [10, 10, 10],
    });
  };
  return { fake, store, printed, run };
}

describe('runs on Slurm', () => {
  it('go as arrays, and all come to an end', async () => {
    const { fake, run } = await world();
    expect(kinds(await run(specs(50)))).toEqual(['done']);
    expect([fake.done.size, fake.faults]).toEqual([50, []]);
    expect(fake.calls.get('sbatch')).toBeLessThan(40);
  });

  it('are neither lost nor doubled when commands fail and answers are lost', async () => {
    const { fake, run } = await world(
      {
        fate: ({ id }, attempt) => (attempt === 1 && id.endsWith('3') ? 'NODE_FAIL' : 'done'),
        mood: (command, call) => {
          if (command === 'sbatch') return call % 3 === 0 ? 'lost' : call % 5 === 0 ? 'refuse' : 'answer';
          return call % 4 === 0 ? 'refuse' : 'answer';
        },
      },
      60,
    );
    expect(kinds(await run(specs(200)))).toEqual(['done']);
    expect([fake.done.size, fake.faults]).toEqual([200, []]);
  });

  it.each(['NODE_FAIL', 'CANCELLED', 'FAILED'] as const)('are tried again after %s', async (state) => {
    const { fake, run } = await world({ fate: (_, attempt) => (attempt === 1 ? state : 'done') });
    expect(await run(specs(1))).toEqual([{ kind: 'done' }]);
    expect(fake.tasks.size).toBe(2);
  });

  it('are tried again without accounting, too', async () => {
    const { run } = await world({
      hasAccounting: false,
      fate: (_, attempt) => (attempt === 1 ? 'NODE_FAIL' : 'done'),
    });
    expect(await run(specs(1))).toEqual([{ kind: 'done' }]);
  });

  it('are not tried again that took too much memory', async () => {
    const { fake, run } = await world({ fate: () => 'OUT_OF_MEMORY' });
    expect(await run(specs(1))).toEqual([
      {
        kind: 'failed',
        message: 'Slurm ended it: it took more memory than it asked for',
        remedy: 'Raise `slurm.mem` for its architecture.',
      },
    ]);
    expect(fake.tasks.size).toBe(1);
  });

  it('are given up, and cancelled, where they would wait for ever', async () => {
    const { fake, run } = await world();
    const going = run(specs(1));
    const timer = setInterval(() => {
      for (const task of fake.tasks.values()) Object.assign(task, { reason: 'BadConstraints', wait: 99 });
    }, 5);
    const [outcome] = await going;
    clearInterval(timer);
    expect(outcome).toMatchObject({ kind: 'failed', message: 'Slurm will never begin it: BadConstraints' });
    expect([...fake.tasks.values()].map(({ state }) => state)).toEqual(['CANCELLED']);
  });

  it('are followed that another process sent, not sent again', async () => {
    const { fake, store, run } = await world();
    const [spec] = specs(1);
    const folder = await begin(store, spec!);
    fake.tasks.set('9_0', {
      id: '9_0',
      name: 'bit-repro-other',
      folder,
      state: 'RUNNING',
      reason: 'None',
      wait: 4,
    });
    await writeTicket(folder, { launcher: 'slurm', job: '9_0', outlives: true });
    expect(await run([spec!], { attachOnly: true })).toEqual([{ kind: 'done' }]);
    expect([fake.calls.get('sbatch'), await readTicket(folder)]).toEqual([undefined, undefined]);
  });

  it('are not begun by one who only follows', async () => {
    const { fake, run } = await world();
    expect(await run(specs(2), { attachOnly: true })).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
    expect(fake.tasks.size).toBe(0);
  });
});
