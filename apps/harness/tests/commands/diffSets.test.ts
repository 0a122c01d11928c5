import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '@bit-repro/archive';
import { workspaceRoot } from '@bit-repro/artifacts';
import { storeReport, type MadeUpHits, type StoredReport } from '@bit-repro/report/testing';
import { diff } from '../../src/commands/diff.ts';

const folder = mkdtempSync(join(tmpdir(), 'diff-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** At one example per class each seed gains half a point and a hundredth more than the one before; at five, nothing changes. */
const before: MadeUpHits = ({ shots, seed }) => (shots === 1 ? 5000 : 8000) + 100 * seed;
const after: MadeUpHits = (run) => before(run)! + (run.shots === 1 ? 50 + run.seed : 0);

let one: StoredReport;
let other: StoredReport;
beforeAll(async () => {
  one = await storeReport(join(folder, 'one'), before);
  other = await storeReport(join(folder, 'other'), after);
  // Where the store lacks a run, or has another, a report has its own beside it.
  const archive = join(dirname(other.report), 'runs.zip');
  await writeArchive(archive, { runs: other.ids.map((id) => join(other.runs, id)), reports: [] });
});

let printed: string[];
beforeEach(() => {
  printed = [];
});
const context = {
  print: (line: string): void => void printed.push(...line.split('\n')),
  signal: new AbortController().signal,
};
const options = { profile: 'auto', set: [], all: false, json: false };
const output = (): string => printed.join('\n');
const archiveOf = ({ report }: StoredReport): string => join(dirname(report), 'runs.zip');

describe('a difference of sets of runs', () => {
  it.each<[string, () => string]>([
    ['an archive', () => archiveOf(other)],
    ['a report, from the archive beside it', () => other.report],
    ['the folder of a report', () => dirname(other.report)],
  ])('shows how %s differs from a report, arm by arm', async (_what, name) => {
    const empty = mkdtempSync(join(folder, 'store-'));
    const { runs } = name() === archiveOf(other) ? one : { runs: empty };
    const left = runs === empty ? archiveOf(other) : one.report;
    expect(await diff([left, name()], { ...options, runs }, context)).toBe(0);
    expect(printed.slice(0, 2)).toEqual([
      expect.stringMatching(/^A {2}.*: 10 runs$/),
      expect.stringMatching(/^B {2}.*: 10 runs$/),
    ]);
    expect(output()).toContain('the same: settings, code, data, engine, machine');
  });

  it('shows the change of each mean with its interval, or that nothing changed', async () => {
    await diff([one.report, archiveOf(other)], { ...options, runs: one.runs }, context);
    // SciPy: ttest_1samp([0.50, 0.51, 0.52, 0.53, 0.54], 0).confidence_interval(0.95)
    expect(output()).toMatch(/^1-shot bit-hyperrule +52\.00 +52\.52 +\+0\.52 +\+0\.50 to \+0\.54 +5 pairs$/m);
    expect(output()).toMatch(/^5-shot bit-hyperrule +82\.00 +82\.00 +none +same to the bit +5 pairs$/m);
  });

  it('ends with the times', async () => {
    await diff([one.report, archiveOf(other)], { ...options, runs: one.runs }, context);
    expect(printed.at(-1)).toMatch(/^5-shot bit-hyperrule +60\.0 +60\.0 +1\.00$/);
  });

  it('compares a run with those of a report', async () => {
    const [id] = one.ids;
    await diff([id!, archiveOf(other)], { ...options, runs: one.runs }, context);
    expect(printed[0]).toBe(`A  ${id!}: 1 run`);
    expect(output()).toContain('only in B: 5-shot bit-hyperrule');
    expect(output()).toMatch(/^1-shot bit-hyperrule .* 1 pair$/m);
  });

  it('shows the settings of experiments that nobody has run', async () => {
    const names = ['smoke', 'lr-ablation'].map((name) => join(workspaceRoot, `configs/${name}.yaml`));
    const set = ['shots=[1]'];
    await diff([names[0]!, names[1]!], { ...options, set, profile: 'embedded', runs: folder }, context);
    expect(output()).toMatch(/^A .*smoke\.yaml: 0 of \d+ runs finished$/m);
    expect(output()).toMatch(/^ {2}settings\.crop +32 -> 64$/m);
    expect(output()).toContain('unknown until runs of both are finished: the machine');
  });

  it('is one JSON value for programs', async () => {
    await diff([one.report, archiveOf(other)], { ...options, json: true, runs: one.runs }, context);
    expect(JSON.parse(output())).toMatchObject({
      sides: [{ finished: 10 }, { name: archiveOf(other), runs: 10 }],
      differences: [],
      pairs: [
        { groups: [{ arm: 'bit-hyperrule', shots: 1 }, {}], paired: 5, identical: 0, runs: [5, 5] },
        { identical: 5, change: 0, seconds: [60, 60] },
      ],
      alone: [[], []],
    });
  });
});
