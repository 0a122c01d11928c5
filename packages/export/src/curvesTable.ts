import type { RunRecord } from '@bit-repro/runs';
import { pointsOf } from './points.ts';
import { placeColumns } from './runColumns.ts';
import { rowOf, typesOf } from './runsTable.ts';
import { batchesOf, type Table } from './table.ts';

/** One row for each number of each step and evaluation: the long form, which plotting libraries group by `metric`. */
export const curvesTable = (runs: readonly RunRecord[], signal?: AbortSignal): Table => ({
  columns: { ...typesOf(placeColumns), step: 'integer', metric: 'text', value: 'number' },
  batches: batchesOf(
    runs,
    async (run) => {
      const place = rowOf(run, placeColumns);
      return (await pointsOf(run)).map((point) => ({ ...place, ...point }));
    },
    signal,
  ),
});
