import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cancel } from '../../src/commands/cancel.ts';
import { RunStore, readTicket, writeTicket } from '@bit-repro/runs';
import { FakeSlurm, type Mood } from '@bit-repro/slurm/testing';
import { begin, seeded } from '@bit-repro/runs/testing';

/** A store with two submitted runs, one of them still in the queue of a fake Slurm. */
async function sent(mood: Mood = 'answer') {
  const store = new RunStore(mkdtempSync(join(tmpdir(), 'cancel-')));
  const fake = new FakeSlurm({ fate: () => 'done', work: () => Promise.resolve(), mood: () => mood });
  await fake.start();
  onTestFinished(() => fake.stop());
  const folders = [await begin(store, seeded(0)), await begin(store, seeded(1))];
  const name = 'bit-repro-other';
  for (const [index, folder] of folders.entries())
    await writeTicket(folder, { launcher: 'slurm', job: `${name}_${index}`, outlives: true });
  fake.tasks.set('7_0', {
    id: '7_0',
    name,
    folder: folders[0]!,
    state: 'PENDING',
    reason: 'Priority',
    wait: 9,
  });
  const printed: string[] = [];
  const context = {
    print: (line: string) => void printed.push(line),
    signal: new AbortController().signal,
  };
  const options = { runs: store.folder, profile: 'auto', set: [], all: true };
  return { fake, folders, printed, run: () => cancel(undefined, options, context) };
}

describe('cancel', () => {
  it('cancels the jobs in the queue, and removes the tickets of all runs', async () => {
    const { fake, folders, printed, run } = await sent();
    await run();
    expect(fake.tasks.get('7_0')?.state).toBe('CANCELLED');
    expect(await Promise.all(folders.map(readTicket))).toEqual([undefined, undefined]);
    expect(printed).toEqual(['1 job cancelled; 2 runs had been submitted to Slurm']);
  });

  it('keeps all tickets if the controller does not answer', async () => {
    const { folders, run } = await sent('refuse');
    await expect(run()).rejects.toThrow('Slurm could not cancel 2 jobs');
    expect(await readTicket(folders[0]!)).toMatchObject({ job: 'bit-repro-other_0' });
  });

  it('needs an experiment or --all', async () => {
    const context = { print: () => undefined, signal: new AbortController().signal };
    const options = { runs: 'none', profile: 'auto', set: [], all: false };
    await expect(cancel(undefined, options, context)).rejects.toThrow(
      'Name either an experiment or --all, not neither',
    );
  });
});
