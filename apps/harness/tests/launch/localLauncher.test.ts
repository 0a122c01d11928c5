import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Gpu } from '@bit-repro/engine';
import type { Job, JobListener } from '../../src/launch/launcher.ts';
import { LocalLauncher } from '../../src/launch/localLauncher.ts';

const root = mkdtempSync(join(tmpdir(), 'launch-'));
let jobs = 0;
const job = (): Job => {
  jobs += 1;
  return { id: `job${jobs}`, folder: mkdtempSync(join(root, 'job-')), steps: 3, saveWeights: false };
};
const deaf: JobListener = { started: () => undefined, event: () => undefined, ended: () => undefined };

/** A launcher whose workers run this script; the job's folder is its last argument. */
const launcher = (
  script: string,
  flavour: 'cpu' | 'cuda' = 'cpu',
  gpus: Gpu[] = [],
  silenceMs?: number,
): LocalLauncher =>
  new LocalLauncher({ flavour }, gpus, {
    program: { file: process.execPath, arguments: ['-e', script] },
    ...(silenceMs !== undefined && { silenceMs }),
  });

const gpu = (index: number): Gpu => ({
  index,
  uuid: `GPU-${index}`,
  name: 'a GPU',
  memoryBytes: 8e9,
  driverVersion: '550.1',
});
const end = 'process.disconnect()';

describe('a job on this machine', () => {
  it('is done when its worker ends well', async () => {
    expect(await launcher(end).submit(job(), deaf)).toEqual({ kind: 'done' });
  });

  it('is heard through its worker’s events', async () => {
    const events: unknown[] = [];
    const script = `process.send({ kind: 'step', step: 1, steps: 3, loss: 2, learningRate: 0 }); ${end}`;
    await launcher(script).submit(job(), { ...deaf, event: (_, event) => events.push(event) });
    expect(events).toMatchObject([{ kind: 'step', step: 1 }]);
  });

  it('fails with what its worker said', async () => {
    const script = `process.send({ kind: 'failed', message: 'too bad', remedy: 'do better' }, () => process.exit(1))`;
    expect(await launcher(script).submit(job(), deaf)).toMatchObject({
      kind: 'failed',
      message: 'too bad',
      remedy: 'do better',
    });
  });

  it.each([
    ['process.exit(3)', /exit code 3/],
    ["process.kill(process.pid, 'SIGKILL')", /was killed/],
  ])('fails with how its worker ended when it said nothing: %s', async (script, message) => {
    expect(await launcher(script).submit(job(), deaf)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(message) as string,
      transient: true,
    });
  });

  it('is ended when its worker says nothing for too long', async () => {
    const hanging = launcher('setInterval(() => {}, 1000)', 'cpu', [], 300);
    expect(await hanging.submit(job(), deaf)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/said nothing for .* and was ended/) as string,
      transient: true,
    });
  });

  it('may take its time as long as its worker says something', async () => {
    const script = `let left = 6; setInterval(() => { process.send({ kind: 'step', step: 1 }); if (--left === 0) process.exit(0); }, 300)`;
    expect(await launcher(script, 'cpu', [], 1500).submit(job(), deaf)).toEqual({ kind: 'done' });
  });

  it('leaves what its worker wrote to standard error in its folder', async () => {
    const one = job();
    await launcher(`console.error('a word'); ${end}`).submit(one, deaf);
    expect(readFileSync(join(one.folder, 'worker.log'), 'utf8')).toContain('a word');
  });

  it('does not keep others from running when it fails', async () => {
    const both = launcher(
      `if (process.argv.at(-1).endsWith(require('fs').readFileSync('${join(root, 'bad')}', 'utf8'))) process.exit(1); ${end}`,
    );
    const [bad, good] = [job(), job()];
    writeFileSync(join(root, 'bad'), bad.folder.slice(-6));
    const outcomes = await Promise.all([both.submit(bad, deaf), both.submit(good, deaf)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'done']);
  });
});

describe('several jobs', () => {
  const most = async (one: LocalLauncher, count: number): Promise<number> => {
    let running = 0;
    let highest = 0;
    const listener: JobListener = {
      ...deaf,
      started: () => {
        highest = Math.max(highest, ++running);
      },
      ended: () => {
        running -= 1;
      },
    };
    await Promise.all(Array.from({ length: count }, () => one.submit(job(), listener)));
    return highest;
  };

  it('go one after the other on the processor', async () => {
    expect(await most(launcher(end), 3)).toBe(1);
  });

  it('go side by side on as many GPUs', async () => {
    expect(await most(launcher(`setTimeout(() => { ${end} }, 200)`, 'cuda', [gpu(0), gpu(1)]), 4)).toBe(2);
  });

  it('see one GPU each', async () => {
    const two = launcher(
      `console.error(process.env.CUDA_VISIBLE_DEVICES); setTimeout(() => { ${end} }, 200)`,
      'cuda',
      [gpu(0), gpu(1)],
    );
    const pair = [job(), job()];
    await Promise.all(pair.map((one) => two.submit(one, deaf)));
    const seen = pair.map(({ folder }) => readFileSync(join(folder, 'worker.log'), 'utf8').trim());
    expect(seen.sort()).toEqual(['GPU-0', 'GPU-1']);
  });
});

describe('cancelling', () => {
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send({ kind: 'step', step: 1 })`;
  const obedient = `process.on('SIGTERM', () => process.exit(130)); setInterval(() => {}, 1000); process.send({ kind: 'step', step: 1 })`;

  it.each([
    ['asks a worker to stop', obedient, [false]],
    ['ends a worker that does not listen, the second time', stubborn, [false, true]],
  ])('%s', async (_, script, cancels) => {
    const one = launcher(script);
    const outcome = one.submit(job(), {
      ...deaf,
      event: () => {
        for (const now of cancels) one.cancel(now);
      },
    });
    expect(await outcome).toEqual({ kind: 'stopped' });
  });

  it('starts none of the jobs that wait', async () => {
    const one = launcher(obedient);
    const first = one.submit(job(), {
      ...deaf,
      event: () => {
        one.cancel(false);
      },
    });
    const second = one.submit(job(), deaf);
    expect(await Promise.all([first, second])).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
  });
});
