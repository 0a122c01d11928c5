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
});
