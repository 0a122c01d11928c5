import { describe, expect, it } from 'vitest';
import { fineTuneSchema } from '@bit-repro/trainer';
import { runSpecSchema, type RunSpec } from '../../src/store/records.ts';
import { runId, runKey } from '../../src/store/runKey.ts';
import { runSpec } from '../../testing/sampleRuns.ts';

const other = (value: unknown): unknown =>
  typeof value === 'number'
    ? value + 1
    : Array.isArray(value)
      ? [...(value as number[]), 9999]
      : `${String(value)}-other`;

describe('runKey', () => {
  it.each(Object.keys(fineTuneSchema.shape))('changes with the hyper-parameter %s', (field) => {
    const { fineTune } = runSpec();
    const changed = { ...fineTune, [field]: other(fineTune[field as keyof typeof fineTune]) };
    expect(runKey(runSpec({ fineTune: changed }))).not.toBe(runKey(runSpec()));
  });

  it.each<[string, Partial<RunSpec>]>([
    ['the model', { model: 'R50x1' }],
    ['the seed of random weights', { weights: { ...runSpec().weights, seed: 1 } }],
    ['the weights file', { weights: { ...runSpec().weights, sha256: 'b'.repeat(64) } }],
    ['the data', { dataset: { name: 'cifar10', sha1: {} } }],
    ['the engine', { engine: { ...runSpec().engine, tensorflow: '2.15.1' } }],
    ['the number of threads', { engine: { ...runSpec().engine, threads: 7 } }],
    ['the device', { engine: { ...runSpec().engine, device: 'another processor' } }],
    ['the sources', { sources: '9'.repeat(64) }],
  ])('changes with %s', (_, change) => {
    expect(runKey(runSpec(change))).not.toBe(runKey(runSpec()));
  });

  it.each<[string, Partial<RunSpec>]>([
    ['the experiment’s name', { experiment: 'another' }],
    ['the arm’s name', { arm: { name: 'another', title: 'Another' } }],
    ['the title of the weights', { weights: { ...runSpec().weights, title: 'another' } }],
    ['the path of the weights', { weights: { ...runSpec().weights, path: '/elsewhere' } }],
    [
      'how the data were checked',
      {
        dataset: { name: 'cifar10', sha1: { 'test_batch.bin': 'a'.repeat(40) }, archiveMd5: '0'.repeat(32) },
      },
    ],
    ['the repository of the weights', { weights: { ...runSpec().weights, repository: 'me/mine' } }],
  ])('does not change with %s', (_, change) => {
    expect(runKey(runSpec(change))).toBe(runKey(runSpec()));
  });

  it('covers everything in a specification except the above', () => {
    const { shape } = runSpecSchema;
    const parts = {
      '': shape,
      weights: shape.weights.shape,
      engine: shape.engine.shape,
      dataset: Object.assign({}, ...shape.dataset.options.map((option) => option.shape)) as object,
    };
    const paths = Object.entries(parts).flatMap(([part, fields]) =>
      Object.keys(fields).map((field) => (part === '' ? field : `${part}.${field}`)),
    );
    const isInKey = (path: string): boolean => {
      const change = path.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), 'another');
      const [top] = path.split('.') as [keyof RunSpec];
      const whole = runSpec()[top];
      const merged = path.includes('.')
        ? { ...(whole as object), ...(change as Record<string, object>)[top] }
        : 'another';
      return runKey({ ...runSpec(), [top]: merged }) !== runKey(runSpec());
    };
    expect(paths.filter((path) => !path.startsWith('arm') && path !== 'weights' && !isInKey(path))).toEqual([
      'experiment',
      'weights.title',
      'weights.path',
      'weights.repository',
      'dataset.archiveMd5',
      'dataset.folder',
      'dataset.title',
    ]);
  });

  it('does not depend on the order of keys', () => {
    const { fineTune } = runSpec();
    const reversed = Object.fromEntries(Object.entries(fineTune).reverse()) as typeof fineTune;
    expect(runKey(runSpec({ fineTune: reversed }))).toBe(runKey(runSpec()));
  });
});

describe('runId', () => {
  it('describes the run and ends in the key', () => {
    expect(runId(runSpec())).toMatch(/^mini-1shot-seed0-[0-9a-f]{12}$/);
    const all = { ...runSpec().fineTune, shots: 'all' as const };
    expect(runId(runSpec({ fineTune: all }))).toMatch(/^mini-all-images-seed0-[0-9a-f]{12}$/);
  });

  it('is the same for all arms with the same run', () => {
    expect(runId(runSpec({ arm: { name: 'another', title: 'Another' } }))).toBe(runId(runSpec()));
  });

  it('is a plain file name, whatever the model is called', () => {
    expect(runId(runSpec({ model: '../$(rm -rf) <b>' }))).toMatch(/^[a-z0-9.-]+$/);
  });
});
