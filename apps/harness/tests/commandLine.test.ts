import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { RunStore } from '@bit-repro/runs';
import { workspaceRoot } from '@bit-repro/artifacts';
import { runSpec, finish } from '@bit-repro/runs/testing';

const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const harness = (...args: string[]): Promise<{ exitCode?: number; stdout: string; stderr: string }> =>
  execa(process.execPath, [join(workspaceRoot, 'apps/harness/bin/harness.cjs'), ...args], {
    cwd: workspaceRoot,
    reject: false,
    env: { BIT_REPRO_CACHE: join(folder, 'cache') },
  });

describe('the command line', () => {
  it('shows its usage when asked', async () => {
    const { exitCode, stdout } = await harness('--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: harness');
  });

  it('groups its commands by what one wants to do', async () => {
    const { stdout } = await harness('--help');
    expect(stdout.split('\n').filter((line) => /^\w.*:$/.test(line))).toEqual([
      'Options:',
      'Run an experiment:',
      'Look at results:',
      'Manage the run store:',
      'This machine and its data:',
      'Weights:',
      'For schedulers, workflows, editors and shells:',
      'Help:',
    ]);
  });

  it('shows its version, its code, Node and the engines in the cache', async () => {
    const { exitCode, stdout } = await harness('--version');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^harness \d+\.\d+\.\d+$/),
      expect.stringMatching(/^code {4}commit /),
      `Node    ${process.versions.node}, ${process.platform}-${process.arch}`,
      'engine  none yet: `npx harness provision` fetches one',
    ]);
  });

  it('is called bit-repro, too, and then names its commands so', async () => {
    const { exitCode, stdout } = await execa('npx', ['bit-repro', '--version'], {
      cwd: workspaceRoot,
      env: { BIT_REPRO_CACHE: join(folder, 'cache') },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^bit-repro \d/);
    expect(stdout).toContain('`npx bit-repro provision`');
  });

  it('is in colour if that is asked for', async () => {
    const { stdout } = await harness('--help', '--color');
    expect(stdout).toContain('\u001b[1mRun an experiment:\u001b[22m');
  });

  it.each(['frobnicate', 'run', 'run configs/smoke.yaml --colour', 'weights fetch'])(
    'exits with 2 and shows its usage on `%s`',
    async (words) => {
      const { exitCode, stderr } = await harness(...words.split(' '));
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Usage: harness');
    },
  );

  it('exits with 2 on an invalid experiment, before anything is fetched', async () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'name: bad\nshots: [0]\n');
    const { exitCode, stderr } = await harness('run', file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bad.yaml:2:9');
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('exits with 2 on a profile that the experiment does not have', async () => {
    const { exitCode, stderr } = await harness('run', 'configs/fig6.yaml', '--profile', 'cluster');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('paper');
  });

  it('exits with 2 on a model that does not exist', async () => {
    const { exitCode, stderr } = await harness('weights', 'fetch', 'BiT-X-R50x1');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('BiT-M-R50x1');
  });

  it('explains in two lines why a folder cannot be used', async () => {
    const store = join(folder, 'a'.repeat(300));
    const { exitCode, stderr } = await harness('ls', '--runs', store);
    expect(exitCode).toBe(3);
    expect(stderr.split('\n')).toEqual([
      `error: Could not list ${store} (ENAMETOOLONG)`,
      expect.stringContaining('Choose a shorter one'),
    ]);
  });

  it('prints how many runs the shipped experiments have', async () => {
    const { exitCode, stdout } = await harness('validate', 'configs/fig6.yaml', 'configs/smoke.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('configs/fig6.yaml: ok, 10 runs (paper), 20 runs (embedded)');
  });

  it('overrides values of an experiment, and names the option that is wrong', async () => {
    const set = ['--set', 'shots=[1]', '--set', 'profiles.paper.seeds=[7]'];
    const { stdout } = await harness('validate', 'configs/fig6.yaml', ...set);
    expect(stdout).toContain('configs/fig6.yaml: ok, 1 run (paper), 10 runs (embedded)');
    const wrong = await harness('validate', 'configs/fig6.yaml', '--set', 'settings.baseLR=1');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stdout).toContain('--set settings.baseLR=1: settings.baseLR: expected a known key');
  });

  it('plans an experiment on a bare machine and fetches nothing', async () => {
    const options = ['--profile', 'paper', '--runs', join(folder, 'runs')];
    const { exitCode, stdout } = await harness('plan', 'configs/fig6.yaml', ...options, '--set', 'shots=[1]');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('5 runs: 0 done, 5 absent, 0 damaged');
    expect(stdout).toContain('not provisioned yet');
    expect(existsSync(join(folder, 'cache'))).toBe(false);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it.each([
    ['a machine without a GPU', []],
    ['a cluster without GPUs', ['--launcher', 'slurm', '--profile', 'embedded']],
  ])('plans no TF32 for %s', async (_, options) => {
    const tf32 = ['--set', 'settings.precision=tensorfloat32'];
    const { exitCode, stderr } = await harness('plan', 'configs/fig6.yaml', ...options, ...tf32);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`for \`precision: tensorfloat32\`, found only the processor`);
  });

  const onCifar10 = ['--set', 'dataset=cifar10'];

  it('plans TF32 for cluster GPUs that support it', async () => {
    const options = ['--launcher', 'slurm', '--set', 'settings.precision=tensorfloat32'];
    const { exitCode, stdout } = await harness('plan', 'configs/fig6-full.yaml', ...options, ...onCifar10);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('(cuda) on NVIDIA A100-SXM4-80GB');
  });

  it('plans for the GPUs of a cluster on a machine without one', async () => {
    const options = ['--launcher', 'slurm', '--runs', join(folder, 'runs')];
    const { exitCode, stdout } = await harness('plan', 'configs/fig6-full.yaml', ...options, ...onCifar10);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('(cuda) on NVIDIA A100-SXM4-80GB, not provisioned yet');
    expect(stdout).toContain('100 runs: 0 done, 100 absent');
  });

  it('plans as JSON, including the composed experiment', async () => {
    const options = ['--profile', 'embedded', '--set', 'seeds=[3]', '--json', '--runs', join(folder, 'runs')];
    const { stdout } = await harness('plan', 'configs/smoke.yaml', ...options);
    const plan = JSON.parse(stdout) as { runs: object[]; config: object; totals: object };
    expect(plan.runs).toMatchObject([{ arm: 'bit-hyperrule', shots: 1, seed: 3, steps: 4, state: 'absent' }]);
    expect(plan.config).toMatchObject({ set: ['seeds=[3]'], content: { name: 'smoke', seeds: [3] } });
    expect(plan.totals).toMatchObject({ runs: 1, absent: 1 });
  });

  it('prints no control sequences, and JSON with unchanged values', async () => {
    const foul = 'sam\u001b[2J\u009b\u202e\u200b\u2028ple';
    await finish(new RunStore(join(folder, 'foul')), runSpec({ experiment: foul }));
    const { stdout } = await harness('ls', '--json', '--runs', join(folder, 'foul'));
    expect(JSON.parse(stdout)).toMatchObject([{ spec: { experiment: foul } }]);
    const { stderr } = await harness(foul);
    expect(stderr).toContain(String.raw`sam\u001b[2J\u009b`);
    expect(stdout + stderr).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
  });

  it('lists the published weights', async () => {
    const { exitCode, stdout } = await harness('weights', 'list');
    expect(exitCode).toBe(0);
    const [head, ...models] = stdout.split('\n');
    expect(head).toMatch(/^model +parameters +trained on/);
    expect(models).toHaveLength(22);
  });
});
