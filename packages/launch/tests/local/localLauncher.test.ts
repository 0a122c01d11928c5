import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { lockOwner, withLock } from '@bit-repro/artifacts';
import { until } from '@bit-repro/artifacts/testing';
import type { Gpu } from '@bit-repro/engine';
import type { Job } from '../../src/supervision/launcher.ts';
import { LocalLauncher } from '../../src/local/localLauncher.ts';
import { Slots } from '../../src/local/slots.ts';
import { Supervisor, type JobListener } from '../../src/supervision/supervisor.ts';
import { readTicket, writeTicket, type Ticket, workerLockOf } from '@bit-repro/runs';
import { sampleJob } from '../../testing/sampleJob.ts';

const root = mkdtempSync(join(tmpdir(), 'launch-'));
let jobs = 0;
const job = (): Job => {
  jobs += 1;
  return sampleJob(`job${jobs}`, mkdtempSync(join(root, 'job-')));
};
const deaf: JobListener = { started: () => undefined, event: () => undefined, ended: () => undefined };

interface Setting {
  gpus?: readonly Gpu[];
  workers?: number;
  silenceMs?: number;
  now?: () => number;
  listener?: JobListener;
  slotFolder?: string;
  print?: (line: string) => void;
}

/** A supervisor of workers that run this script; the job's folder is its last argument. */
function launching(script: string, setting: Setting = {}): Supervisor {
  const { gpus, workers = 1, silenceMs, now, listener = deaf, print = () => undefined } = setting;
  const slotFolder = setting.slotFolder ?? mkdtempSync(join(root, 'slots-'));
  const slots =
    gpus?.map((gpu) => ({ name: gpu.uuid, gpu })) ??
    Array.from({ length: workers }, (_, index) => ({ name: `processor-${index}` }));
  const launcher = new LocalLauncher({
    flavour: gpus === undefined ? 'cpu' : 'cuda',
    slots,
    print,
    slotFolder,
    program: { file: process.execPath, arguments: ['-e', prelude + script, '--'] },
  });
  return new Supervisor(launcher, listener, { ...(silenceMs && { silenceMs }), ...(now && { now }) });
}

/** Helpers for the scripts, which write files as a worker does. */
const prelude = `
  const fs = require('fs');
  const folder = process.argv.at(-1);
  const write = (name, content) => fs.writeFileSync(folder + '/' + name, content);
  const step = (step) => fs.appendFileSync(folder + '/events.jsonl', JSON.stringify({ kind: 'step', step, steps: 3, loss: 2, learningRate: 0 }) + '\\n');
  const done = () => { write('seal.json', '{}'); process.exit(0); };
  const onceTold = (then) => setInterval(() => { if (fs.existsSync(folder + '/go')) then(); }, 10);
  process.channel?.unref();
`;

/** Has a script that waits in `onceTold` go on. */
const tell = ({ folder }: Pick<Job, 'folder'>): void => {
  writeFileSync(join(folder, 'go'), '');
};

afterEach(() => {
  vi.unstubAllEnvs();
});

const gpu = (index: number): Gpu => ({
  index,
  uuid: `GPU-${index}`,
  name: 'a GPU',
  memoryBytes: 8e9,
  driverVersion: '550.1',
});

/**
 * Puts a fake nvidia-smi on the PATH that prints the file it returns and exits with the status in
 * FILE.status.
 */
function fakeNvidiaSmi(gpus: readonly Gpu[]): string {
  const folder = mkdtempSync(join(root, 'bin-'));
  const list = join(folder, 'list');
  writeFileSync(list, gpus.map(({ index, uuid }) => `${index}, ${uuid}, a GPU, 8000, 550.1, 8.0\n`).join(''));
  writeFileSync(
    join(folder, 'nvidia-smi'),
    `#!/bin/sh\ncat ${list}\n[ ! -e ${list}.status ] || exit "$(cat ${list}.status)"\n`,
    { mode: 0o755 },
  );
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`);
  return list;
}

describe('a job on this machine', () => {
  it('is done when its worker writes a seal', async () => {
    expect(await launching('done()').carryOut(job())).toEqual({ kind: 'done' });
  });

  it('has a ticket in its folder while its worker runs', async () => {
    const one = job();
    let ticket: unknown;
    const listener: JobListener = {
      ...deaf,
      event: ({ folder }) => {
        ticket = JSON.parse(readFileSync(join(folder, 'ticket.json'), 'utf8'));
        tell({ folder });
      },
    };
    await launching(`write('pid', String(process.pid)); step(1); onceTold(done)`, { listener }).carryOut(one);
    expect(ticket).toEqual(ticketOf(Number(readFileSync(join(one.folder, 'pid'), 'utf8'))));
    expect(await readTicket(one.folder)).toBeUndefined();
  });

  it('reports the events that its worker writes', async () => {
    const events: unknown[] = [];
    const listener: JobListener = { ...deaf, event: (_, event) => events.push(event) };
    await launching('step(1); step(2); done()', { listener }).carryOut(job());
    expect(events).toMatchObject([
      { kind: 'step', step: 1 },
      { kind: 'step', step: 2 },
    ]);
  });

  it('does not report events of earlier workers', async () => {
    const one = job();
    const line = JSON.stringify({ kind: 'step', step: 1, steps: 3, loss: 2, learningRate: 0 });
    writeFileSync(join(one.folder, 'events.jsonl'), `${line}\n`);
    const steps: unknown[] = [];
    const listener: JobListener = { ...deaf, event: (_, event) => steps.push('step' in event && event.step) };
    await launching('step(2); done()', { listener }).carryOut(one);
    expect(steps).toEqual([2]);
  });

  it('fails with the error that its worker wrote', async () => {
    const script = `write('error.json', JSON.stringify({ message: 'too bad', remedy: 'do better' })); process.exit(1)`;
    expect(await launching(script).carryOut(job())).toEqual({
      kind: 'failed',
      message: 'too bad',
      remedy: 'do better',
    });
  });

  it('can be retried if its error is marked transient', async () => {
    const script = `write('error.json', JSON.stringify({ message: 'The GPU failed', transient: true })); process.exit(1)`;
    expect(await launching(script).carryOut(job())).toEqual({
      kind: 'failed',
      message: 'The GPU failed',
      transient: true,
    });
  });

  it.each([
    ['process.exit(3)', /without a result or an error/],
    ["process.kill(process.pid, 'SIGKILL')", /was killed/],
    ["process.kill(process.pid, 'SIGSEGV')", /SIGSEGV/],
  ])('fails with how its worker ended if the worker reported nothing: %s', async (script, message) => {
    expect(await launching(script).carryOut(job())).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(message) as string,
      transient: true,
    });
  });

  it('is ended when its worker makes no progress for too long', async () => {
    const hanging = launching('setInterval(() => {}, 1000)', { silenceMs: 300 });
    expect(await hanging.carryOut(job())).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/made no progress for .* and was ended/) as string,
      transient: true,
    });
  });

  it('may take long as long as its worker makes progress', async () => {
    let time = 0;
    const listener: JobListener = { ...deaf, event: () => (time += 900) };
    const script = `let n = 0; setInterval(() => { step(++n); if (n === 5) done(); }, 10)`;
    const setting = { listener, silenceMs: 1000, now: () => time };
    expect(await launching(script, setting).carryOut(job())).toEqual({ kind: 'done' });
    expect(time).toBe(4500);
  });

  it('has the standard error of its worker in its folder', async () => {
    const one = job();
    await launching(`console.error('a word'); done()`).carryOut(one);
    expect(readFileSync(join(one.folder, 'worker.log'), 'utf8')).toContain('a word');
  });

  it('does not keep others from running when it fails', async () => {
    const [bad, good] = [job(), job()];
    const both = launching(`if (folder.endsWith('${basename(bad.folder)}')) process.exit(1); done()`);
    const outcomes = await Promise.all([both.carryOut(bad), both.carryOut(good)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'done']);
  });
});

describe('a run with a job on a cluster', () => {
  it('is not started on this machine, since both would write to one folder', async () => {
    const one = job();
    await writeTicket(one.folder, { launcher: 'slurm', job: 'bit-repro-1_0', outlives: true });
    await expect(launching('done()').attach(one)).rejects.toThrow('already has a job for');
  });
});

describe('several jobs', () => {
  /** The most of four jobs that run at a time, none of which ends before so many do. */
  const most = async (expected: number, setting: Setting): Promise<number> => {
    const running = new Set<Job>();
    let highest = 0;
    const listener: JobListener = {
      ...deaf,
      started: (job) => {
        running.add(job);
        highest = Math.max(highest, running.size);
        if (running.size >= expected) for (const each of running) tell(each);
      },
      ended: (job) => {
        running.delete(job);
      },
    };
    const one = launching('onceTold(done)', { ...setting, listener });
    await Promise.all(Array.from({ length: 4 }, () => one.carryOut(job())));
    return highest;
  };

  it.each([1, 2])('run %i at a time if there are as many slots', async (workers) => {
    expect(await most(workers, { workers })).toBe(workers);
  });

  it('run side by side on as many GPUs', async () => {
    const gpus = [gpu(0), gpu(1)];
    fakeNvidiaSmi(gpus);
    expect(await most(2, { gpus })).toBe(2);
  });

  it('see one GPU each', async () => {
    const gpus = [gpu(0), gpu(1)];
    fakeNvidiaSmi(gpus);
    const two = launching(`write('seen', process.env.CUDA_VISIBLE_DEVICES); onceTold(done)`, { gpus });
    const pair = [job(), job()];
    const both = Promise.all(pair.map((one) => two.carryOut(one)));
    await until(() => pair.every(({ folder }) => existsSync(join(folder, 'seen'))) || undefined);
    pair.forEach(tell);
    await both;
    const seen = pair.map(({ folder }) => readFileSync(join(folder, 'seen'), 'utf8'));
    expect(seen.sort()).toEqual(['GPU-0', 'GPU-1']);
  });

  it('wait while another process holds the slot', async () => {
    const slotFolder = mkdtempSync(join(root, 'slots-'));
    const tries = vi.spyOn(Slots.prototype, 'check');
    onTestFinished(() => {
      tries.mockRestore();
    });
    const started: boolean[] = [];
    let isFree = false;
    let running: Promise<unknown> | undefined;
    await withLock(join(slotFolder, 'processor-0'), async () => {
      const listener: JobListener = { ...deaf, started: () => started.push(isFree) };
      running = launching('done()', { slotFolder, listener }).carryOut(job());
      await until(() => tries.mock.calls.length >= 2 || undefined);
      isFree = true;
    });
    await running;
    expect(started).toEqual([true]);
  });
});

describe('a GPU that vanishes', () => {
  const gpus = [gpu(0), gpu(1)];

  it('gets no more jobs; the other GPUs run them', async () => {
    const list = fakeNvidiaSmi(gpus);
    writeFileSync(list, readFileSync(list, 'utf8').split('\n')[0]!);
    const lines: string[] = [];
    const one = launching(`write('seen', process.env.CUDA_VISIBLE_DEVICES); done()`, {
      gpus,
      print: (line) => lines.push(line),
    });
    const pair = [job(), job()];
    const outcomes = await Promise.all(pair.map((each) => one.carryOut(each)));
    expect(outcomes).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(pair.map(({ folder }) => readFileSync(join(folder, 'seen'), 'utf8'))).toEqual(['GPU-0', 'GPU-0']);
    expect(lines).toEqual([expect.stringContaining('lost     GPU 1')]);
  });

  it('gets no more jobs if nvidia-smi lists the others but fails', async () => {
    const list = fakeNvidiaSmi(gpus);
    const [first] = readFileSync(list, 'utf8').split('\n');
    writeFileSync(list, `${first!}\nUnable to determine the device handle for GPU0000:81:00.0\n`);
    writeFileSync(`${list}.status`, '255');
    const one = launching(`write('seen', process.env.CUDA_VISIBLE_DEVICES); done()`, { gpus });
    const pair = [job(), job()];
    await Promise.all(pair.map((each) => one.carryOut(each)));
    expect(pair.map(({ folder }) => readFileSync(join(folder, 'seen'), 'utf8'))).toEqual(['GPU-0', 'GPU-0']);
  });

  it('is kept if nvidia-smi does not answer', async () => {
    const list = fakeNvidiaSmi(gpus);
    writeFileSync(list, 'Failed to initialize NVML: Unknown Error\n');
    writeFileSync(`${list}.status`, '9');
    expect(await launching('done()', { gpus }).carryOut(job())).toEqual({ kind: 'done' });
  });

  it("makes its worker's failure transient", async () => {
    const list = fakeNvidiaSmi(gpus);
    const script = `fs.writeFileSync('${list}', ''); write('error.json', JSON.stringify({ message: 'CUDA error' })); process.exit(1)`;
    expect(await launching(script, { gpus: [gpu(0)] }).carryOut(job())).toMatchObject({
      kind: 'failed',
      message: 'CUDA error',
      transient: true,
    });
  });

  it('fails the jobs if it was the last', async () => {
    writeFileSync(fakeNvidiaSmi(gpus), '');
    expect(await launching('done()', { gpus }).carryOut(job())).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('no longer lists any') as string,
      remedy: expect.stringContaining('nvidia-smi') as string,
    });
  });
});

describe('stopping', () => {
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); step(1)`;
  const obedient = `process.on('SIGTERM', () => process.exit(130)); setInterval(() => {}, 1000); step(1)`;

  it.each([
    ['asks a worker to stop', obedient, [false]],
    ['kills a worker that ignores this, the second time', stubborn, [false, true]],
  ])('%s', async (_, script, stops) => {
    const supervisor: Supervisor = launching(script, {
      listener: {
        ...deaf,
        event: () => {
          for (const now of stops) void supervisor.stop(now);
        },
      },
    });
    expect((await supervisor.carryOut(job())).kind).not.toBe('done');
  });

  it('starts none of the waiting jobs', async () => {
    const supervisor: Supervisor = launching(obedient, {
      listener: { ...deaf, event: () => void supervisor.stop(false) },
    });
    const outcomes = await Promise.all([supervisor.carryOut(job()), supervisor.carryOut(job())]);
    expect(outcomes).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
  });
});

/** A ticket as the local launcher writes it. */
const ticketOf = (pid: number): Ticket => ({
  launcher: 'local',
  job: `${hostname()}:${pid}`,
  outlives: false,
});

/** A worker in its own process that holds its lock until it is told to go on, and then writes a seal. */
async function holdingWorker(folder: string) {
  const script = fileURLToPath(new URL('holdingWorker.ts', import.meta.url));
  const worker = execa(process.execPath, ['--import', 'tsx', script, folder], { reject: false });
  await expect.poll(() => lockOwner(workerLockOf(folder)), { timeout: 60_000 }).toBeDefined();
  return { worker };
}

describe('a job that another process started', () => {
  it('is followed to its end', async () => {
    const one = job();
    const { worker } = await holdingWorker(one.folder);
    await writeTicket(one.folder, ticketOf(worker.pid!));
    expect(await launching('', { listener: { ...deaf, started: tell } }).attach(one)).toEqual({
      kind: 'done',
    });
    await worker;
  });

  it('can be stopped', async () => {
    const one = job();
    const { worker } = await holdingWorker(one.folder);
    await writeTicket(one.folder, ticketOf(worker.pid!));
    let isFollowed = false;
    const supervisor = launching('', { listener: { ...deaf, started: () => (isFollowed = true) } });
    const outcome = supervisor.attach(one);
    await until(() => isFollowed || undefined);
    await supervisor.stop(false);
    expect(await outcome).toEqual({ kind: 'stopped' });
    expect((await worker).signal).toBe('SIGTERM');
  });

  it("has ended if its worker's process ID now belongs to another process that names its folder", async () => {
    const one = job();
    const reader = execa(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', one.folder], {
      reject: false,
    });
    await writeTicket(one.folder, ticketOf(reader.pid!));
    expect(await launching('').attach(one)).toBeUndefined();
    reader.kill();
    await reader;
  });

  it.each([
    ['if its process has ended', 2 ** 22 - 1],
    ['if its process ID belongs to another process', process.pid],
  ])('has ended %s', async (_, pid) => {
    const one = job();
    await writeTicket(one.folder, ticketOf(pid));
    expect(await launching('').attach(one)).toBeUndefined();
  });

  it('has ended if it has no ticket, or one from another machine', async () => {
    const one = job();
    expect(await launching('').attach(one)).toBeUndefined();
    await writeTicket(one.folder, { launcher: 'local', job: `elsewhere:${process.pid}`, outlives: false });
    expect(await launching('').attach(one)).toBeUndefined();
  });
});
