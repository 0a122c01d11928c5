import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { TrainingEvent } from '@bit-repro/trainer';
import { describe, expect, it } from 'vitest';
import { writeArchive } from '../src/writeArchive.ts';
import { specOf, runFiles, toJson } from '@bit-repro/runs';
import { storeSchemas } from '../src/jsonSchemas.ts';
import { workspaceRoot } from '@bit-repro/artifacts';
import {
  plannedRun,
  runSpec,
  begin,
  finish,
  seeded,
  temporaryStore,
  writeHeartbeat,
} from '@bit-repro/runs/testing';

const schemas = storeSchemas();
const names = Object.keys(schemas);
const folder = join(workspaceRoot, 'docs/schema');

/** The errors of a value by the schema of a file. Formats are tested elsewhere. */
function problemsOf(name: string, value: unknown): unknown {
  const accepts = new Ajv({ validateFormats: false }).compile(schemas[`${name}.schema.json`]!);
  return accepts(value) ? [] : accepts.errors;
}
const stored = (run: string, name: string): unknown => JSON.parse(readFileSync(join(run, name), 'utf8'));

describe('the JSON Schemas of the store', () => {
  it.each(names)('include docs/schema/%s as generated', async (name) => {
    await expect(`${JSON.stringify(schemas[name], null, 2)}\n`).toMatchFileSnapshot(join(folder, name));
  });

  it.each(names)('include docs/schema/%s, which docs/run-store.md names', (name) => {
    expect(readFileSync(join(workspaceRoot, 'docs/run-store.md'), 'utf8')).toContain(`schema/${name}`);
  });

  it.each(['spec', 'provenance', 'result', 'timing'])('accept %s.json of a finished run', async (name) => {
    const run = await finish(temporaryStore(), seeded(1));
    expect(problemsOf(name, stored(run, `${name}.json`))).toEqual([]);
    expect(problemsOf(name, { ...(stored(run, `${name}.json`) as object), extra: 1 })).not.toEqual([]);
  });

  it.each([
    ['published weights', { kind: 'published', name: 'BiT-M-R50x3' }],
    ['random weights', { kind: 'random', name: 'random', seed: 3 }],
    ['a weights file', { kind: 'file', name: 'mine', path: '/w.npz' }],
    ['weights of the hub', { kind: 'hub', name: 'mine', repository: 'me/mine', revision: 'v2' }],
  ] as const)('accept the specification of a planned run with %s', (_what, weights) => {
    const { dataset, engine, sources } = runSpec();
    const surroundings = { dataset, engine, sources, weightsSha256: 'b'.repeat(64) };
    expect(problemsOf('spec', specOf(plannedRun({ weights }), surroundings))).toEqual([]);
  });

  it('accept the heartbeat and the error of a run', async () => {
    const run = await begin(temporaryStore(), runSpec());
    writeHeartbeat(run, new Date());
    expect(problemsOf('heartbeat', stored(run, runFiles.heartbeat))).toEqual([]);
    writeFileSync(join(run, runFiles.error), toJson({ message: 'no memory', remedy: undefined, stack: '' }));
    expect(problemsOf('error', stored(run, runFiles.error))).toEqual([]);
  });

  it.each<Exclude<TrainingEvent, { kind: 'evaluating' }>>([
    { kind: 'step', step: 1, steps: 500, loss: 2.3, learningRate: 0 },
    { kind: 'evaluation', step: 500, top1: 0.1, top5: 0.5, loss: 2.3, samples: 10_000 },
  ])('accept the event of a $kind', (event) => {
    expect(problemsOf('events', JSON.parse(JSON.stringify(event)))).toEqual([]);
  });

  it('accept the manifest of an archive', async () => {
    const store = temporaryStore();
    const runs = [await finish(store, seeded(1))];
    const manifest = await writeArchive(join(store.folder, 'a.zip'), { runs, reports: [] });
    expect(problemsOf('manifest', JSON.parse(JSON.stringify(manifest)))).toEqual([]);
    expect(problemsOf('manifest', { version: 1, files: { '../x': { bytes: 1, sha256: '' } } })).not.toEqual(
      [],
    );
  });
});
