import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Experiment, until } from '../faults/experiment.ts';
import { Cluster, slurm, whyNot } from './cluster.ts';

const cluster = new Cluster();
const reason = (await whyNot()) || (await cluster.up());
if (reason !== '') process.stdout.write(`Skipped, no Slurm on this machine: ${reason}.\n`);

/** Long enough to be met in the middle: half a minute with a checkpoint after every step. */
const long = { supports: [1, 40, 80, 120], more: { slurm } };
const onSlurm = ['--launcher', 'slurm'];

describe.skipIf(reason !== '')('a cluster with Slurm', () => {
  let expected: Map<string, string>;
  beforeAll(async () => {
    const local = new Experiment([0], long);
    expect((await local.run()).code).toBe(0);
    expected = local.results();
  });
  afterAll(() => cluster.down());

  const expectSame = (experiment: Experiment): void => {
    expect(experiment.results()).toEqual(expected);
  };
  const expectResumed = (experiment: Experiment): void => {
    expect(readFileSync(join(experiment.folders()[0]!, 'events.jsonl'), 'utf8')).toContain('"resumed"');
  };
  const started = (experiment: Experiment, step: number): Promise<true> =>
    until(() => experiment.folders().some((folder) => hasStep(folder, step)) || undefined);

  it('comes to the results of this machine, to the bit, and to a report', async () => {
    const experiment = new Experiment([0], long);
    const { code, said } = await experiment.run(onSlurm);
    expect([code, said]).toEqual([0, expect.stringContaining('report')]);
    expectSame(experiment);
  });

  const accidents: [string, (task: { id: string; node: string }) => Promise<unknown>][] = [
    ['its task is cancelled', ({ id }) => execa('scancel', [id])],
    ['its node fails', ({ node }) => cluster.killNode(node)],
    ['it is preempted', () => cluster.preempt()],
  ];
  it.each(accidents)('goes on with a run from its checkpoint when %s', async (_, accident) => {
    const experiment = new Experiment([0], long);
    const going = experiment.begin(onSlurm);
    const task = await cluster.running();
    await started(experiment, 10);
    await accident(task);
    expect((await going).exitCode).toBe(0);
    expectSame(experiment);
    expectResumed(experiment);
    await cluster.startNode(task.node);
  });

  it('goes on after its time was over', async () => {
    const short = { ...slurm, time: '00:01:00', notice: 45 };
    const experiment = new Experiment([0], { ...long, more: { slurm: short } });
    expect((await experiment.run(onSlurm)).code).toBe(0);
    expectSame(experiment);
    expectResumed(experiment);
  });

  it('is followed by another process when the one that sent its runs is gone', async () => {
    const experiment = new Experiment([0], long);
    const going = experiment.begin(onSlurm);
    await started(experiment, 5);
    going.kill('SIGKILL');
    await going;
    const status = await execa('node', ['bin/harness.js', 'status', '--runs', experiment.runs]);
    expect(status.stdout).toContain('1 running');
    const { exitCode, all } = await experiment.begin([], {}, ['attach']);
    expect([exitCode, all]).toEqual([0, expect.stringContaining('report')]);
    expectSame(experiment);
  });

  it('keeps its jobs when one is no longer interested', async () => {
    const experiment = new Experiment([0], long);
    const going = experiment.begin(onSlurm);
    await started(experiment, 5);
    going.kill('SIGINT');
    expect((await going).all).toContain('jobs in the queue go on');
    expect(await cluster.queue()).not.toEqual([]);
    expect((await experiment.begin([], {}, ['attach'])).exitCode).toBe(0);
    expectSame(experiment);
  });

  it('has a node fetch what it needs into a cache of its own, where the preamble names one', async () => {
    const experiment = new Experiment([0], {
      ...long,
      more: { slurm: { ...slurm, preamble: 'scratch.sh' } },
    });
    writeFileSync(
      join(experiment.folder, 'scratch.sh'),
      `export BIT_REPRO_CACHE=${experiment.folder}/$SLURMD_NODENAME\n`,
    );
    expect((await experiment.run(onSlurm)).code).toBe(0);
    const caches = ['n1', 'n2'].filter((node) => existsSync(join(experiment.folder, node, 'engine')));
    expect(caches).toHaveLength(1);
    expectSame(experiment);
  });

  it('says what is wrong with a request that Slurm refuses', async () => {
    const experiment = new Experiment([0], {
      ...long,
      more: { slurm: { ...slurm, partition: 'none-such' } },
    });
    const { code, said } = await experiment.run(onSlurm);
    expect([code, said]).toEqual([1, expect.stringContaining('Correct `slurm` in the config')]);
  });
});

function hasStep(folder: string, least: number): boolean {
  try {
    const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.some((line) => (JSON.parse(line) as { step?: number }).step! >= least);
  } catch {
    return false;
  }
}
