import { describe, expect, it } from 'vitest';
import { levelPlaces } from '../src/levelPlaces.ts';
import { buildReportData, type ReportData } from '../src/reportData.ts';
import { madeUpGrid } from '../testing/grid.ts';
import { madeUpInput, nearChance } from '../testing/sample.ts';

const gridOf = async (grid: Record<string, unknown[]>): Promise<ReportData> =>
  buildReportData(await madeUpGrid(grid, nearChance));

describe('what arms combine', () => {
  it('is two settings, the one with more numbers first', async () => {
    const { designs } = await gridOf({ momentum: [0.9, 0.5], baseLr: [0.01, 0.001, 0.003] });
    expect(designs.map(({ shots }) => shots)).toEqual([1, 5]);
    expect(designs[0]?.factors).toEqual([
      {
        title: 'learning rate',
        levels: ['0.001', '0.003', '0.01'],
        named: ['learning rate 0.001', 'learning rate 0.003', 'learning rate 0.01'],
        values: [0.001, 0.003, 0.01],
      },
      {
        title: 'momentum',
        levels: ['0.5', '0.9'],
        named: ['momentum 0.5', 'momentum 0.9'],
        values: [0.5, 0.9],
      },
    ]);
    expect(designs[0]?.cells).toContainEqual({
      arm: 'BiT-HyperRule: baseLr=0.01, momentum=0.9',
      cell: [2, 1],
    });
  });

  it('is a sweep of one setting from three numbers on', async () => {
    expect((await gridOf({ baseLr: [0.001, 0.003, 0.01] })).designs[0]?.factors).toHaveLength(1);
    expect((await gridOf({ baseLr: [0.001, 0.003] })).designs).toEqual([]);
    expect((await gridOf({ precision: ['float32', 'tensorfloat32', 'bfloat16'] })).designs).toEqual([]);
  });

  it('is a number of steps where the last step of a schedule tells it from others', async () => {
    const { designs } = buildReportData(await madeUpInput('lr-and-schedule', 'paper', nearChance));
    expect(designs[0]?.factors[1]).toEqual({
      title: 'steps of the schedule',
      levels: ['100', '500'],
      named: ['schedule of 100 steps', 'schedule of 500 steps'],
      values: [100, 500],
    });
  });

  it('is nothing where they are other networks', async () => {
    expect(buildReportData(await madeUpInput('fig6', 'embedded', nearChance)).designs).toEqual([]);
  });
});

describe('the levels of a setting along an axis', () => {
  const placed = (values: number[]): ReturnType<typeof levelPlaces> => {
    const levels = values.map(String);
    return levelPlaces({ title: '', levels, named: levels, values }, 300);
  };

  it.each([
    ['two rates', [0.001, 0.003], 'log scale', [0, 1]],
    ['rates', [0.001, 0.01, 0.1], 'log scale', [0, 1, 2]],
    ['batches', [32, 64, 256], 'log scale', [0, 0.6667, 2]],
    ['steps of ten', [10, 20, 30], '', [0, 1, 2]],
    ['momenta', [0.5, 0.8, 0.9], '', [0, 1.5, 2]],
    ['nought among them', [0, 1, 2], '', [0, 1, 2]],
    ['values whose labels would lie on each other', [0.9, 0.99, 0.999], 'not to scale', [0, 1, 2]],
  ])('stand by their values, or evenly where they cannot: %s', (_, values, scale, places) => {
    expect(placed(values)).toEqual({ scale, places });
  });
});
