import type { PlannedRun } from '@bit-repro/experiment';
import type { RunRecord } from '@bit-repro/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { namedAsPlanned } from '../src/plannedRuns.ts';
import type { ReportInput } from '../src/reportInput.ts';
import { likeThePaper, madeUpInput } from '../testing/sample.ts';

let input: ReportInput;
beforeAll(async () => {
  input = await madeUpInput('fig6', 'paper', likeThePaper);
});

describe('the runs of a report', () => {
  it('have the names of its plan, whichever experiment made them', () => {
    const [first, ...rest] = input.records;
    const elsewhere = {
      ...first!,
      spec: { ...first!.spec, experiment: 'smoke', arm: { name: 'a', title: 'A' } },
    };
    expect(namedAsPlanned([elsewhere, ...rest], input.planned)).toEqual(input.records);
  });

  it('are refused if one has other settings than any that was planned', () => {
    const [first] = input.records;
    const other = {
      ...first!,
      spec: { ...first!.spec, fineTune: { ...first!.spec.fineTune, baseLr: 0.1 } },
    };
    expect(() => namedAsPlanned([other], input.planned)).toThrow(
      `Expected the run ${first!.id} to be one that the report was asked to be of, found other settings`,
    );
  });

  it('are refused if one is of a seed that was not planned', () => {
    const planned = input.planned.filter(({ seed }) => seed !== 1);
    expect(() => namedAsPlanned(input.records, planned)).toThrow(/shot-seed1-.*found other settings/);
  });

  it('are refused if two are of the same settings and seed', () => {
    const [first] = input.records;
    const twin = { ...first!, id: 'bit-m-r50x3-1shot-seed0-000000000000' };
    expect(() => namedAsPlanned([first!, twin], input.planned)).toThrow(
      `${twin.id} to be one that the report was asked to be of, found a second run of the same settings and seed`,
    );
  });

  it('are told apart by the arm if only their files of weights differ', () => {
    const [run] = input.planned;
    const [record] = input.records;
    const from = (name: string): PlannedRun => ({
      ...run!,
      arm: { name, title: name },
      model: 'R50x3',
      weights: { kind: 'file', name: `${name}, not published weights`, path: name },
    });
    const of = (name: string): RunRecord => ({
      ...record!,
      id: name,
      spec: {
        ...record!.spec,
        arm: { name, title: '' },
        model: 'R50x3',
        weights: { kind: 'file', title: '' },
      },
    });
    const found = namedAsPlanned([of('b'), of('a')], [from('a'), from('b')]);
    expect(found.map(({ id, spec }) => [id, spec.arm.title])).toEqual([
      ['b', 'b'],
      ['a', 'a'],
    ]);
  });

  it.each<[string, Partial<PlannedRun>]>([
    [
      'random weights bear the name of published ones',
      { model: 'R50x3', weights: { kind: 'random', name: 'BiT-M', seed: 0 } },
    ],
    ['a stand-in is called by a published name', { weights: { kind: 'embedded', name: 'BiT-M-R50x3' } }],
    [
      'weights of the hub bear the name of published ones',
      { model: 'R50x3', weights: { kind: 'hub', name: 'BiT-M-R50x3', repository: 'me/mine' } },
    ],
    [
      'random weights are in a published network',
      { weights: { kind: 'random', name: 'random weights (seed 0), not BiT-M', seed: 0 } },
    ],
    [
      'a published name is given to another architecture',
      { model: 'BiT-M-R50x1', weights: { kind: 'published', name: 'BiT-M-R50x1' } },
    ],
    [
      'the published network is one that nobody knows',
      { model: 'BiT-L-R50x3', weights: { kind: 'published', name: 'BiT-L-R50x3' } },
    ],
  ])('are refused if %s', (_, change) => {
    const planned = input.planned.map((run) => ({ ...run, ...change }));
    expect(() => namedAsPlanned([], planned)).toThrow(
      /Expected the report to call a network of architecture R50x3/,
    );
  });
});
