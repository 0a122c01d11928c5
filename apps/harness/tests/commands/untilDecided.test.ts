import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { InputError, workspaceRoot } from '@bit-repro/artifacts';
import { copyWorkspace, fromNetwork, linkModules } from '@bit-repro/artifacts/testing';
import { readDataset } from '@bit-repro/data';
import { provision } from '@bit-repro/engine';
import { run } from '../../src/commands/run.ts';

const recipe = { schedule: { supports: [1, 2, 3, 4] }, batch: 16, resize: 32, crop: 32 };

/** Two seeds of it have too wide an interval for the margin, three do not. */
const target = {
  name: 'made-up',
  title: 'Claims made up for a test',
  metric: 'top1-percent',
  claims: {
    source: 'claims',
    title: 'Claims',
    label: 'Claims',
    citation: 'Made up.',
    dataset: 'cifar10',
    recipe,
    statistic: 'mean',
    n: 1,
    results: [{ shots: 1, model: 'BiT-mini', value: 19 }],
  },
};

const experiment = {
  name: 'until',
  title: 'Until it is decided',
  target: 'made-up',
  verdict: { looks: [2, 3, 9], margins: [{ shots: 1, points: 10 }] },
  dataset: 'cifar10',
  shots: [1],
  seeds: [3, 7, 4],
  arms: [{ name: 'rule', title: 'The rule' }],
  profiles: { embedded: { model: 'BiT-mini', weights: 'embedded', evaluationBatch: 500, ...recipe } },
};

/** What each of three calls printed, of which the first ends before the second look. */
const calls = await fromNetwork(
  'TensorFlow or CIFAR-10',
  () => Promise.all([provision({ flavour: 'cpu' }), readDataset('cifar10')]),
  async () => {
    const folder = copyWorkspace('configs', 'package.json', 'tsconfig.base.json');
    linkModules(folder);
    writeFileSync(join(folder, 'configs/targets/made-up.yaml'), JSON.stringify(target));
    writeFileSync(join(folder, 'configs/until.yaml'), JSON.stringify(experiment));
    const harness = async (...more: string[]): Promise<string> => {
      const line = ['apps/harness/bin/harness.cjs', 'run', 'configs/until.yaml', ...more];
      const env = { XDG_RUNTIME_DIR: folder };
      const { all } = await execa(process.execPath, line, { cwd: folder, env, stdin: 'ignore', all: true });
      return all;
    };
    return { folder, first: await harness('--until-decided'), again: await harness('--until-decided') };
  },
);

const lookLines = (printed: string): string[] =>
  printed.split('\n').filter((line) => /^(look|next|done {4}[a-z]+ (verdict|looks))|seeds$/.test(line));

describe('run --until-decided', () => {
  it('adds the seeds of the next look while a verdict is inconclusive, and stops once it is decided', () => {
    expect(lookLines(calls.first)).toEqual([
      'look    2 seeds',
      '  1 shot  The rule: inconclusive with 2 seeds',
      expect.stringMatching(/^next {4}3 seeds for 1 verdict: 1 more run, about /),
      'look    3 seeds',
      '  1 shot  The rule: reproduced with 3 seeds',
      'done    every verdict is decided',
    ]);
  });

  it('looks at the same places when it is called again, and runs nothing twice', () => {
    expect(lookLines(calls.again)).toEqual(
      lookLines(calls.first).map((line) =>
        line.startsWith('next') ? (expect.stringContaining('1 more run') as string) : line,
      ),
    );
    expect(calls.again).toContain('runs    3, 3 already done');
  });

  it('records with each run the look that it was for', () => {
    const runs = join(calls.folder, 'runs');
    const looks = readdirSync(runs)
      .filter((name) => name.startsWith('bit-mini'))
      .map(
        (name) => JSON.parse(readFileSync(join(runs, name, 'provenance.json'), 'utf8')) as { look: number },
      )
      .map(({ look }) => look);
    expect(looks.sort()).toEqual([2, 2, 3]);
  });

  it('writes a report that tells of the earlier look', () => {
    const page = readFileSync(join(calls.folder, 'reports/until/report.md'), 'utf8');
    expect(page).toContain('1 example per class: reproduced.');
    expect(page).toContain('At 2 seeds it was inconclusive.');
  });
});

describe('run --until-decided refuses', () => {
  const options = {
    profile: 'embedded',
    set: [],
    runs: 'runs',
    reports: 'reports',
    saveWeights: false,
    checkpointEvery: 300,
    untilDecided: true,
  };
  const context = { print: () => undefined, signal: new AbortController().signal };
  const call = (config: string, force: boolean): Promise<number> =>
    run(join(workspaceRoot, 'configs', config), { ...options, force }, context);

  it.each([
    ['a profile without an arm that is judged', 'fig6.yaml', 'no arm of a network and a recipe'],
    ['an experiment without a rule', 'smoke.yaml', 'no rule for one'],
  ])('%s', async (_, config, why) => {
    await expect(call(config, false)).rejects.toThrow(InputError);
    await expect(call(config, false)).rejects.toThrow(why);
  });

  it('to force finished runs', async () => {
    await expect(call('fig6.yaml', true)).rejects.toThrow('--until-decided or --force, found both');
  });
});
