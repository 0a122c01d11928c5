import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Experiment } from '../faults/experiment.ts';
import { until } from '@bit-repro/artifacts/testing';
import { SlurmLauncher } from '@bit-repro/slurm';
import { Supervisor } from '@bit-repro/launch';
import { sampleJob } from '@bit-repro/launch/testing';
import { Cluster, slurm, whyNot } from './cluster.ts';

const cluster = new Cluster();
const reason = (await whyNot()) || (await cluster.up());
if (reason !== '') process.stdout.write(`Skipped, no Slurm on this machine: ${reason}.\n`);

/** Long enough to be interrupted: half a minute, with a checkpoint after every step. */
const long = { supports: [1, 40, 80, 120], more: { slurm } };
const short = { more: { slurm } };
const onSlurm = ['--launcher', 'slurm'];

describe.skipIf(reason !== '')('a cluster with Slurm', () => {
  let expected: Map<string, string>;
  let here: Experiment;
  beforeAll(async () => {
    const local = new Experiment([0], long);
    here = new Experiment([0, 1], short);
    expect((await local.run()).code).toBe(0);
    expect((await here.run()).code).toBe(0);
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

  it('gives the results and the report of this machine, to the bit', async () => {
    const experiment = new Experiment([0, 1], short);
    expect((await experiment.run(onSlurm)).code).toBe(0);
    expect(experiment.results()).toEqual(here.results());
    expect(numbersOf(experiment)).toEqual(numbersOf(here));
    expect(pictureOf(experiment)).toEqual(pictureOf(here));
  });

  const accidents: [string, (task: { id: string; node: string }) => Promise<unknown>][] = [
    ['its node fails', ({ node }) => cluster.killNode(node)],
    ['it is preempted', () => cluster.preempt()],
  ];
  it.each(accidents)('resumes a run from its checkpoint when %s', async (_, accident) => {
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

  it('resumes a run after its time limit', async () => {
    const brief = { ...slurm, time: '00:01:00', notice: 45 };
    const experiment = new Experiment([0], { ...long, more: { slurm: brief } });
    expect((await experiment.run(onSlurm)).code).toBe(0);
    expectSame(experiment);
    expectResumed(experiment);
  });

  it('does not resubmit runs whose submitter was killed right after submitting them', async () => {
    const experiment = new Experiment([0, 1], short);
    const bin = join(experiment.folder, 'bin');
    mkdirSync(bin);
    const { stdout: sbatch } = await execa('which', ['sbatch']);
    writeFileSync(join(bin, 'sbatch'), killerOf(sbatch), { mode: 0o755 });
    const sent = await experiment.begin(onSlurm, { PATH: `${bin}:${process.env.PATH!}` });
    expect(sent.signal).toBe('SIGKILL');
    const status = await execa('node', ['bin/harness.cjs', 'status', '--runs', experiment.runs]);
    expect(status.stdout).toContain('2 running');
    const { exitCode, all } = await experiment.begin([], {}, ['attach']);
    expect([exitCode, all]).toEqual([0, expect.stringContaining('report')]);
    expect(experiment.results()).toEqual(here.results());
    expect(arraysOf(experiment)).toBe(1);
  });

  it('keeps its jobs when the submitter leaves; once cancelled, runs resume from their checkpoints', async () => {
    const experiment = new Experiment([0], long);
    const going = experiment.begin(onSlurm);
    await started(experiment, 10);
    going.kill('SIGINT');
    expect((await going).all).toContain('Jobs in the queue continue');
    expect(await cluster.queue()).not.toEqual([]);
    const local = await experiment.begin();
    expect([local.exitCode, local.all]).toEqual([1, expect.stringContaining('already has a job for')]);
    const cancelled = await execa('node', [
      'bin/harness.cjs',
      'cancel',
      experiment.file,
      '--runs',
      experiment.runs,
    ]);
    expect(cancelled.stdout).toContain('1 job cancelled; 1 run had been submitted to Slurm');
    await cluster.drained();
    expect((await experiment.run(onSlurm)).code).toBe(0);
    expectSame(experiment);
    expectResumed(experiment);
  });

  it('reports a job that somebody cancelled, and does not resubmit it', async () => {
    const experiment = new Experiment([0], long);
    const going = experiment.begin(onSlurm);
    const { id } = await cluster.running();
    await started(experiment, 2);
    await execa('scancel', [id]);
    const { exitCode, all } = await going;
    expect([exitCode, all]).toEqual([1, expect.stringContaining('The job was cancelled')]);
    expect(arraysOf(experiment)).toBe(1);
  });

  it('finishes all runs while the controller is down', async () => {
    const experiment = new Experiment([0, 1], short);
    const going = experiment.begin(onSlurm);
    await until(() => experiment.hasBegun() || undefined);
    cluster.killController();
    await until(() => experiment.results().size === 1 || undefined);
    await cluster.startController();
    expect((await going).exitCode).toBe(0);
    expect(experiment.results()).toEqual(here.results());
    expect(arraysOf(experiment)).toBe(1);
  });

  it('lets a node fetch what it needs into its own cache if the preamble names one', async () => {
    const experiment = new Experiment([0], {
      ...short,
      more: { slurm: { ...slurm, preamble: 'scratch.sh' } },
    });
    writeFileSync(
      join(experiment.folder, 'scratch.sh'),
      `export BIT_REPRO_CACHE=${experiment.folder}/$SLURMD_NODENAME\n`,
    );
    expect((await experiment.run(onSlurm)).code).toBe(0);
    const caches = ['n1', 'n2'].filter((node) => existsSync(join(experiment.folder, node, 'engine')));
    expect(caches).toHaveLength(1);
    const [result] = experiment.results();
    expect([...here.results()]).toContainEqual(result);
  });

  it.each([
    ['a partition that does not exist', { partition: 'none-such' }],
    ['more memory than any node has', { mem: '900G' }],
  ])('explains a request that Slurm refuses: %s', async (_, wrong) => {
    const experiment = new Experiment([0], { more: { slurm: { ...slurm, ...wrong } } });
    const { code, said } = await experiment.run(onSlurm);
    expect([code, said]).toEqual([1, expect.stringContaining('Correct `slurm` in the config')]);
  });

  it('explains and cancels a request that Slurm accepts but can never start', async () => {
    const experiment = new Experiment([0], { more: { slurm: { ...slurm, time: '02:00:00' } } });
    const { code, said } = await experiment.run(onSlurm);
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('will never start the job: PartitionTimeLimit'),
    ]);
    await cluster.drained();
  });

  it('gives each job on a node a GPU of its own', async () => {
    const store = mkdtempSync(join(tmpdir(), 'gpus-'));
    const launcher = new SlurmLauncher({
      options: { gres: 'gpu:1', time: '00:05:00', mem: '100M', askEvery: 2 },
      store,
      environment: {},
      print: () => undefined,
      program: ['bash', join(import.meta.dirname, 'gpuWorker.sh')],
    });
    const ignore = () => undefined;
    const supervisor = new Supervisor(launcher, { started: ignore, event: ignore, ended: ignore });
    const folders = ['a', 'b', 'c', 'd'].map((name) => join(store, name));
    for (const folder of folders) mkdirSync(folder);
    const outcomes = await Promise.all(
      folders.map((folder) => supervisor.carryOut(sampleJob(folder, folder))),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done']);
    const uses = folders.map(
      (folder) =>
        JSON.parse(readFileSync(join(folder, 'seal.json'), 'utf8')) as {
          node: string;
          gpu: string;
          from: number;
          to: number;
        },
    );
    expect(uses.map(({ gpu }) => gpu)).toEqual(['0', '0', '0', '0']);
    expect(new Set(uses.map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
    const overlaps = uses.flatMap((one, index) =>
      uses
        .slice(index + 1)
        .filter(({ node, from, to }) => node === one.node && from < one.to && one.from < to),
    );
    expect(overlaps).toEqual([]);
  });
});

/** An sbatch that submits like the real one, and then kills its caller. */
const killerOf = (sbatch: string): string => `#!/bin/bash
[[ $1 == --version ]] && exec ${sbatch} --version
${sbatch} "$@"
kill -KILL $PPID
`;

/** Number of submitted arrays. */
const arraysOf = ({ runs }: Experiment): number =>
  readdirSync(join(runs, '.slurm')).filter((name) => name.endsWith('.list')).length;

/** Keys that differ between identical runs: when and where they ran, and what that took. */
const circumstances = new Set(['generatedAt', 'effort', 'provenance', 'seconds', 'telemetry']);

/** The content of a report without these keys. */
const numbersOf = ({ reports }: Experiment): unknown =>
  JSON.parse(readFileSync(join(reports, 'accidents', 'data.json'), 'utf8'), (key, value: unknown) =>
    circumstances.has(key) ? undefined : value,
  );

const pictureOf = ({ reports }: Experiment): Buffer => readFileSync(join(reports, 'accidents', 'figure.png'));

function hasStep(folder: string, least: number): boolean {
  try {
    const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.some((line) => (JSON.parse(line) as { step?: number }).step! >= least);
  } catch {
    return false;
  }
}
