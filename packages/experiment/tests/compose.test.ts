import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../src/yaml/errors.ts';
import { jsonSchemas } from '../src/jsonSchema.ts';
import { loadExperiment } from '../src/loadExperiment.ts';
import { weightsChoice } from '../src/fineTuneSpec.ts';
import type { Experiment } from '../src/experiment.ts';
import type { Recipe } from '../src/recipe.ts';
import { resolveRuns } from '../src/resolveRuns.ts';
import { workspaceRoot } from '@bit-repro/artifacts';
import { valid } from '../testing/experimentFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bit-repro-compose-'));
  write('base.yaml', valid);
});

function write(name: string, content: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** The problems of an experiment, each as `file:line key: expected; found; remedy`. */
async function problemsOf(file: string, set: string[] = []): Promise<string[]> {
  const error: unknown = await loadExperiment(file, { set }).catch((cause: unknown) => cause);
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError');
  return error.problems.map(({ file: place, line, key, expected, found, remedy }) => {
    const at = line === undefined ? place : `${relative(folder, place)}:${line}`;
    return `${at} ${key}: ${expected}; ${found}; ${remedy}`;
  });
}

const recipes = (experiment: Experiment, profile = 0): Recipe[] =>
  experiment.profiles[profile]!.arms.map(({ recipe }) => recipe);

describe('extends', () => {
  it('merges mappings key by key, and replaces lists', async () => {
    const file = write(
      'over.yaml',
      'extends: base.yaml\nname: over\nshots: [2]\nsettings: { momentum: 0.5 }\nprofiles: { paper: { batch: 64 } }\n',
    );
    const experiment = await loadExperiment(file);
    expect(experiment).toMatchObject({ name: 'over', title: 'A trial' });
    expect(experiment.profiles.map(({ name }) => name)).toEqual(['paper', 'embedded']);
    expect(experiment.profiles[0]!.shots).toEqual([2]);
    expect(recipes(experiment)[0]).toMatchObject({ baseLr: 0.003, momentum: 0.5, batch: 64 });
    expect(recipes(experiment, 1)[0]).toMatchObject({ batch: 512 });
  });

  it('removes a key that is null in the extending file', async () => {
    write('base.yaml', valid.replace('title: A trial', 'title: A trial\ndescription: below'));
    const file = write(
      'over.yaml',
      'extends: base.yaml\ndescription: null\nsettings: { baseLr: ~ }\nprofiles: { paper: }\n',
    );
    const experiment = await loadExperiment(file);
    expect(experiment).not.toHaveProperty('description');
    expect(experiment.profiles.map(({ name }) => name)).toEqual(['embedded']);
    expect(recipes(experiment)[0]!.baseLr).toBe(0.003);
  });

  it('does not remove a missing key', async () => {
    const file = write('over.yaml', 'extends: base.yaml\ndescription: null\n');
    expect(await problemsOf(file)).toEqual([expect.stringMatching(/^over\.yaml:2 description: .*; null;/)]);
  });

  it('follows several files and records all of them with their digests', async () => {
    write('middle/middle.yaml', 'extends: ../base.yaml\nsettings: { batch: 8, momentum: 0.1 }\n');
    const file = write('over.yaml', 'extends: middle/middle.yaml\nsettings: { batch: 4 }\n');
    const experiment = await loadExperiment(file);
    expect(recipes(experiment)[0]).toMatchObject({ baseLr: 0.003, batch: 4, momentum: 0.1 });
    expect(experiment.origin.files.map((one) => relative(folder, one.file))).toEqual([
      'over.yaml',
      'middle/middle.yaml',
      'base.yaml',
    ]);
    expect(experiment.origin.files[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('finds weights relative to the file that names them', async () => {
    write('lib/base.yaml', valid.replace('weights: random', 'weights: { file: w.npz }'));
    const experiment = await loadExperiment(write('over.yaml', 'extends: lib/base.yaml\n'));
    expect(weightsChoice(recipes(experiment, 1)[0]!, experiment.file)).toMatchObject({
      path: join(folder, 'lib/w.npz'),
    });
  });

  it.each<[string, string, string]>([
    [
      'a value at its place in the extended file',
      'extends: base.yaml\nshots: [1]\nprofiles: { paper: { batch: 6 } }\n',
      'base.yaml:11 arms.1.batchSplit: `batchSplit` to divide `batch`',
    ],
    [
      'a value at its place in the extending file',
      'extends: base.yaml\nsettings:\n  batch: -1\n',
      'over.yaml:3 settings.batch: a number of at least 1; -1',
    ],
    [
      'an unknown key, with the closest known one',
      'extends: base.yaml\nsettings:\n  batsh: 1\n',
      'over.yaml:3 settings.batsh: a known key; `batsh`; Did you mean `batch`?',
    ],
    [
      'a key missing from a replaced list',
      'extends: base.yaml\narms:\n  - title: Nameless\n',
      'over.yaml:3 arms.0.name: text; nothing',
    ],
    [
      'a misspelt extends',
      'extend: base.yaml\n',
      'over.yaml:1 extend: a known key; `extend`; Did you mean `extends`?',
    ],
    [
      'a missing file',
      '# one\nextends: no/such.yaml\n',
      'over.yaml:2 extends: a file that can be read; ENOENT',
    ],
    [
      'more than one file',
      'extends: [base.yaml]\n',
      'over.yaml:1 extends: the path of one file; ["base.yaml"]',
    ],
    [
      'a file that extends itself',
      'extends: over.yaml\n',
      'over.yaml:1 extends: files that do not extend each other; over.yaml -> over.yaml; Break the cycle.',
    ],
    ['a file that is not a mapping', 'extends: list.yaml\n', 'list.yaml:1 : a mapping'],
  ])('reports %s', async (_what, content, problem) => {
    write('base.yaml', valid.replace('    baseLr: 0.001', '    batchSplit: 4'));
    write('list.yaml', '- 1\n');
    const problems = await problemsOf(write('over.yaml', content));
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });

  it('reports a cycle of several files where it closes, even through a link', async () => {
    write('a.yaml', 'extends: b.yaml\n');
    write('b.yaml', 'name: b\nextends: link.yaml\n');
    symlinkSync(join(folder, 'a.yaml'), join(folder, 'link.yaml'));
    expect(await problemsOf(join(folder, 'a.yaml'))).toEqual([
      'b.yaml:2 extends: files that do not extend each other; a.yaml -> b.yaml -> a.yaml; Break the cycle.',
    ]);
  });

  it('treats a key of the prototype as an ordinary key', async () => {
    const file = write('over.yaml', 'extends: base.yaml\nsettings: { __proto__: { baseLr: 1 } }\n');
    expect(await problemsOf(file)).toEqual([
      expect.stringMatching(/^over.yaml:2 settings.__proto__: a known key/),
    ]);
  });

  it('lets a file omit what it takes from another, in its JSON Schema too', () => {
    const accepts = new Ajv().compile(jsonSchemas([])['experiment.schema.json']!);
    expect(accepts({ extends: 'base.yaml', settings: { batch: 4 } })).toBe(true);
    expect(accepts({ settings: { batch: 4 } })).toBe(false);
  });
});

describe('--set', () => {
  it.each<[string, (experiment: Experiment) => unknown, unknown]>([
    ['arms.1.baseLr=0.002', (one) => recipes(one)[1]!.baseLr, 0.002],
    ['shots=[1, 2]', (one) => one.profiles[0]!.shots, [1, 2]],
    ['shots.1=7', (one) => one.profiles[0]!.shots, [1, 7]],
    ['settings.schedule={supports: [1, 2]}', (one) => recipes(one)[0]!.schedule, { supports: [1, 2] }],
    ['title=a = b', (one) => one.title, 'a = b'],
    ['profiles.embedded.seeds={count: 2}', (one) => one.profiles[1]!.seeds, [0, 1]],
    ['profiles.v1.0.model=R50x1', (one) => recipes(one, 2)[0]!.model, 'R50x1'],
    ['profiles.embedded=', (one) => one.profiles.map(({ name }) => name), ['paper', 'v1.0']],
    ['profiles.new={model: BiT-M-R50x1}', (one) => one.profiles.map(({ name }) => name).at(-1), 'new'],
  ])('assigns %s', async (assignment, pick, value) => {
    const file = write('base.yaml', `${valid}  v1.0: { model: mini, weights: random }\n`);
    expect(pick(await loadExperiment(file, { set: [assignment] }))).toEqual(value);
  });

  it('creates missing mappings, and the last assignment wins', async () => {
    const file = write('base.yaml', valid.replace('settings:\n  baseLr: 0.003\n', ''));
    const set = ['settings.batch=4', 'settings.batch=8'];
    const experiment = await loadExperiment(file, { set });
    expect(recipes(experiment)[0]!.batch).toBe(8);
    expect(experiment.origin.set).toEqual(set);
  });

  it('finds weights relative to the current folder', async () => {
    const set = ['profiles.embedded.weights={file: w.npz}'];
    const experiment = await loadExperiment(join(folder, 'base.yaml'), { set });
    expect(weightsChoice(recipes(experiment, 1)[0]!, experiment.file)).toMatchObject({
      path: relative(workspaceRoot, join(process.cwd(), 'w.npz')),
    });
  });

  it.each<[string, string]>([
    ['arms.0.baseLR=0.1', ' arms.0.baseLR: a known key; `baseLR`; Did you mean `baseLr`?'],
    ['arms.0.baseLr=fast', ' arms.0.baseLr: a number; "fast"; Write for example `baseLr: 0.003`.'],
    [
      'arms.2.baseLr=0.1',
      ' arms.2: an entry from 0 to 1; "2"; Correct the number, or set `arms` as a whole.',
    ],
    ['arms.first.baseLr=0.1', ' arms.first: an entry from 0 to 1; "first"; Correct'],
    ['name.first=x', ' name: a mapping or a list, to set a part of; "trial"; Set `name` as a whole.'],
    ['shots=[1,', ' : valid YAML; Flow sequence'],
    ['shots', ' : KEY=VALUE, the key with dots between its parts; "shots"'],
    ['.shots=1', ' : KEY=VALUE'],
    ['title=', ' title: text; nothing'],
    ['settings=&all { schedule: *all }', ' schedule: values that are not inside themselves'],
    [
      'extends=fig6.yaml',
      ' extends: a key of the experiment; `extends`; Write a file that extends the other.',
    ],
    ['__proto__.baseLr=1', ' __proto__: a known key'],
    ['arms.1.baseLr=0.003', ' arms.1: arms that differ'],
    ['profiles.new.batch=4', ' profiles.new: a model for every arm of profile new'],
    ['target=figure7', ' target: one of bit-readme, figure6; figure7'],
  ])('reports the problem with %s by its option', async (assignment, problem) => {
    const problems = await problemsOf(join(folder, 'base.yaml'), [assignment]);
    const place = assignment === 'arms.1.baseLr=0.003' ? 'base.yaml:10' : `--set ${assignment}`;
    expect(problems).toContainEqual(expect.stringContaining(`${place}${problem}`));
  });

  it('reports all problems of several options, and what to correct', async () => {
    const error: unknown = await loadExperiment(join(folder, 'base.yaml'), { set: ['a.=1', 'b'] }).catch(
      (cause: unknown) => cause,
    );
    expect((error as ConfigError).message).toMatch(
      /^2 problems in --set a\.=1, --set b\n {2}--set a\.=1: expected/,
    );
    expect((error as ConfigError).remedy).toBe('Nothing was run. Correct --set a.=1, --set b and try again.');
  });
});

describe('a grid', () => {
  const gridded = (grid: string, arms = ''): string =>
    write('grid.yaml', valid.replace(/arms:[^]*profiles/, `${arms}grid: ${grid}\nprofiles`));

  it('gives an arm for every combination, the last key varying fastest', async () => {
    const file = gridded('{ baseLr: [0.003, 0.001], schedule: [bit-hyperrule, { supports: [1, 2] }] }');
    const { arms } = (await loadExperiment(file)).profiles[0]!;
    expect(arms.map(({ name, title }) => [name, title])).toEqual([
      ['base-lr-0.003-schedule-bit-hyperrule', 'baseLr=0.003, schedule=bit-hyperrule'],
      ['base-lr-0.003-schedule-supports-1-2', 'baseLr=0.003, schedule={"supports":[1,2]}'],
      ['base-lr-0.001-schedule-bit-hyperrule', 'baseLr=0.001, schedule=bit-hyperrule'],
      ['base-lr-0.001-schedule-supports-1-2', 'baseLr=0.001, schedule={"supports":[1,2]}'],
    ]);
    expect(arms[3]!.recipe).toMatchObject({ baseLr: 0.001, schedule: { supports: [1, 2] } });
  });

  it('multiplies the written arms', async () => {
    const arms = 'arms: [{ name: one, title: The one }, { name: two, momentum: 0.5 }]\n';
    const experiment = await loadExperiment(gridded('{ batch: [4, 8] }', arms));
    expect(experiment.profiles[0]!.arms.map(({ name, title }) => `${name}: ${title}`)).toEqual([
      'one-batch-4: The one: batch=4',
      'one-batch-8: The one: batch=8',
      'two-batch-4: two: batch=4',
      'two-batch-8: two: batch=8',
    ]);
    expect(recipes(experiment)[3]).toMatchObject({ momentum: 0.5, batch: 8 });
  });

  it('can be in a profile, which can also remove it', async () => {
    const file = write(
      'grid.yaml',
      `${valid}    grid: { batch: [1, 2] }\n`.replace(
        'profiles:',
        'grid: { batch: [4, 8, 16] }\nprofiles:\n  tiny: { model: R50x1, weights: random, grid: {} }',
      ),
    );
    const { profiles } = await loadExperiment(file);
    expect(profiles.map(({ name, arms }) => [name, arms.length])).toEqual([
      ['tiny', 2],
      ['paper', 6],
      ['embedded', 4],
    ]);
  });

  it('can be set on the command line', async () => {
    const experiment = await loadExperiment(join(folder, 'base.yaml'), {
      set: ['grid.momentum=[0, 0.5, 0.9]'],
    });
    expect(recipes(experiment).map(({ momentum }) => momentum)).toEqual([0, 0.5, 0.9, 0, 0.5, 0.9]);
  });

  it('gives names of valid length', async () => {
    const steps = [3000, 4000].map(
      (end) => `{ supports: [${[...Array(20).keys(), end].map((n) => n + 1001).join()}] }`,
    );
    const { arms } = (await loadExperiment(gridded(`{ schedule: [${steps.join(', ')}] }`))).profiles[0]!;
    for (const { name } of arms) expect(name).toMatch(/^schedule-supports-1001-.*-[0-9a-f]{8}$/);
    expect(new Set(arms.map(({ name }) => name)).size).toBe(2);
    expect(Math.max(...arms.map(({ name }) => name.length))).toBeLessThanOrEqual(64);
  });

  it.each<[string, string, string, string]>([
    ['a wrong value at its place', '{ baseLr: [0.1, -1] }', '', '8 grid.baseLr.1: a number above 0; -1'],
    ['a duplicate value', '{ baseLr: [1, 1] }', '', '8 grid.baseLr.1: a value that is not in the list yet'],
    ['an unknown key', '{ baselr: [1] }', '', '8 grid.baselr: a known key; `baselr`; Did you mean `baseLr`?'],
    ['incompatible values', '{ crop: [32, 200] }', '', '8 grid.crop.1: `crop` to be at most `resize`'],
    ['missing arms', '{}', '', '1 arms: `arms`, a `grid` of them, or both; neither'],
    [
      'a key that an arm has too',
      '{ batch: [4] }',
      'arms: [{ name: a, batch: 2 }]\n',
      '8 arms.0.batch: a key that `grid` does not vary',
    ],
    [
      'too many arms',
      '{ seed: 1 }'.replace(
        'seed: 1',
        `batch: [${[...Array(50).keys()].map((n) => n + 1).join()}], crop: [32, 33, 34]`,
      ),
      '',
      '8 grid: at most 100 arms; 150',
    ],
    [
      'equal combinations',
      '{ schedule: [reproduction-2021, { supports: [10, 20, 50, 80, 100] }] }',
      '',
      '8 grid: arms that differ',
    ],
  ])('reports %s', async (_what, grid, arms, problem) => {
    const problems = await problemsOf(gridded(grid, arms));
    expect(problems).toContainEqual(expect.stringContaining(`grid.yaml:${problem}`));
  });
});

const rates = fc.uniqueArray(fc.double({ min: 1e-6, max: 10, noNaN: true }), { minLength: 1, maxLength: 3 });
const batches = fc.uniqueArray(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 3 });

it('can be written as one plain file with the same runs', async () => {
  await fc.assert(
    fc.asyncProperty(rates, batches, fc.integer({ min: 1, max: 100 }), async (baseLr, batch, shots) => {
      write(
        'over.yaml',
        stringify({ extends: 'base.yaml', settings: { momentum: 0.5 }, grid: { baseLr, batch } }),
      );
      write('base.yaml', valid.replace(/ {4}baseLr: 0.001\n/, '    evaluateEvery: 7\n'));
      const experiment = await loadExperiment(join(folder, 'over.yaml'), { set: [`shots=[${shots}]`] });
      const { content } = experiment.origin;
      expect(JSON.parse(JSON.stringify(content))).toEqual(content);
      const again = await loadExperiment(write('resolved.yaml', stringify(content)));
      expect(resolveRuns(again, 'embedded')).toEqual(resolveRuns(experiment, 'embedded'));
      expect(again.profiles).toEqual(experiment.profiles);
    }),
    { numRuns: 30 },
  );
});
