import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { beforeAll, expect, it, vi } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';
import { asFolders, madeIlsvrc, wnids } from '@bit-repro/data/testing';
import { launcherSections } from '../src/launchers.ts';
import { jsonSchemas, loadExperiment, resolveRuns } from '@bit-repro/experiment';

const sections = await launcherSections();
const configs = join(workspaceRoot, 'configs');
const guide = join(workspaceRoot, 'docs/configuration.md');
const files = readdirSync(configs)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => join(configs, file));

/** A part of ILSVRC-2012 with as many images of each class as the configs ask for. */
beforeAll(async () => {
  const folder = asFolders(await madeIlsvrc(wnids.slice(0, 2), [1, 2, 3, 4, 5]));
  vi.stubEnv('BIT_REPRO_ILSVRC2012', folder);
  return () => {
    rmSync(folder, { recursive: true });
  };
});

it.each(files.map((file) => [basename(file), file]))('the shipped %s is valid', async (name, file) => {
  const experiment = await loadExperiment(file, { sections });
  expect(`${experiment.name}.yaml`).toBe(name);
  for (const { name: profile } of experiment.profiles) {
    expect(resolveRuns(experiment, profile).length).toBeGreaterThan(0);
  }
});

it.each(files.map((file) => [basename(file), file]))(
  'the shipped %s starts with its schema, command, time and expected number',
  (_name, file) => {
    const [schema, ...rest] = readFileSync(file, 'utf8').split('\n');
    expect(schema).toBe('# yaml-language-server: $schema=schema/experiment.schema.json');
    const comment = rest
      .slice(
        0,
        rest.findIndex((line) => !line.startsWith('#')),
      )
      .join('\n');
    expect(comment).toMatch(/npx (nx run )?harness/);
    expect(comment).toContain('Expected time:');
    expect(comment).toContain('Expected number:');
  },
);

it('the paper profile of Figure 6 follows BiT-HyperRule exactly', async () => {
  const runs = resolveRuns(await loadExperiment(join(configs, 'fig6.yaml'), { sections }), 'paper');
  expect(runs).toHaveLength(10);
  for (const { model, weights, fineTune } of runs) {
    expect({ model, weights }).toEqual({
      model: 'BiT-M-R50x3',
      weights: { kind: 'published', name: 'BiT-M-R50x3' },
    });
    expect(fineTune).toMatchObject({
      baseLr: 0.003,
      momentum: 0.9,
      batch: 512,
      schedule: [100, 200, 300, 400, 500],
      resize: 160,
      crop: 128,
    });
  }
});

it('the learning-rate ablation changes only the learning rate', async () => {
  const experiment = await loadExperiment(join(configs, 'lr-ablation.yaml'));
  for (const { arms } of experiment.profiles) {
    const [paper, lower] = arms.map(({ recipe }) => recipe);
    expect([paper!.baseLr, lower!.baseLr]).toEqual([0.003, 0.001]);
    expect({ ...lower, baseLr: 0.003 }).toEqual(paper);
  }
});

it.each(['paper', 'embedded'])('the %s profile crosses learning rate and schedule', async (profile) => {
  const runs = resolveRuns(await loadExperiment(join(configs, 'lr-and-schedule.yaml')), profile);
  const settings = runs.map(({ fineTune: { baseLr, schedule } }) => JSON.stringify([baseLr, schedule]));
  const distinct = [...new Set(settings)].map((text) => JSON.parse(text) as [number, number[]]);
  const [longest, shortest] = [distinct[0]![1], distinct[2]![1]];
  expect(distinct).toEqual([
    [0.003, longest],
    [0.001, longest],
    [0.003, shortest],
    [0.001, shortest],
  ]);
  const scale = profile === 'paper' ? 1 : 10;
  expect(longest.map((step) => step * scale)).toEqual([100, 200, 300, 400, 500]);
  expect(shortest.map((step) => step * scale)).toEqual([10, 20, 50, 80, 100]);
});

it.each(Object.entries(jsonSchemas(sections)))('configs/schema/%s is as generated', async (name, schema) => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(configs, 'schema', name));
});

// Editors differ in whether they read patterns as Unicode.
it.each([true, false])('other validators accept the schema (Unicode patterns: %s)', (unicodeRegExp) => {
  const accepts = new Ajv({ unicodeRegExp }).compile(jsonSchemas(sections)['experiment.schema.json']!);
  for (const file of files) {
    const content = parse(readFileSync(file, 'utf8')) as object;
    expect(accepts(content), file).toBe(true);
    expect(accepts({ ...content, settings: { baseLR: 0.1 } })).toBe(false);
    expect(accepts({ ...content, settings: { baseLr: -0.1 } })).toBe(false);
  }
});

it('docs/configuration.md explains every key', () => {
  const text = readFileSync(guide, 'utf8');
  const keys = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('properties' in node) Object.keys(node.properties as object).forEach((key) => keys.add(key));
    Object.values(node).forEach(collect);
  };
  collect(jsonSchemas(sections)['experiment.schema.json']);
  expect([...keys].filter((key) => !new RegExp(`[\`{ ]${key}\\b`).test(text))).toEqual([]);
});
