export { csvOf } from './csv.ts';
export { curvesTable } from './curvesTable.ts';
export { parquetOf } from './parquet.ts';
export { runsTable } from './runsTable.ts';
export { writeEventFiles } from './tensorboard.ts';
export type { Table } from './table.ts';
