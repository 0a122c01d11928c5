import type { RunRecord } from '@bit-repro/runs';
import { runColumns, type RunColumn } from './runColumns.ts';
import { batchesOf, type Row, type Table } from './table.ts';

/** One row for each run, with every setting and every result. */
export const runsTable = (runs: readonly RunRecord[]): Table => ({
  columns: typesOf(runColumns),
  batches: batchesOf(runs, (run) => [rowOf(run, runColumns)]),
});

export const typesOf = (columns: readonly RunColumn[]): Table['columns'] =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]));

export const rowOf = (run: RunRecord, columns: readonly RunColumn[]): Row =>
  Object.fromEntries(columns.map(({ name, of }) => [name, of(run) ?? null]));
