import { ByteWriter, parquetWriteRows, type BasicType } from 'hyparquet-writer';
import type { ColumnType, Row, Table } from './table.ts';

const types: Record<ColumnType, BasicType> = {
  text: 'STRING',
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  instant: 'TIMESTAMP',
};

/** A table as a Parquet file, compressed with Snappy. The same rows give the same bytes. */
export async function parquetOf(table: Table): Promise<Uint8Array> {
  const writer = new ByteWriter();
  await parquetWriteRows({
    writer,
    columns: Object.entries(table.columns).map(([name, type]) => ({ name, type: types[type] })),
    rows: storedRows(table),
    createdBy: 'bit-repro',
  });
  return writer.getBytes();
}

/** Rows with their integers of 64 bits. */
async function* storedRows({ columns, batches }: Table): AsyncGenerator<Record<string, unknown>> {
  const integers = Object.keys(columns).filter((name) => columns[name] === 'integer');
  const stored = (row: Row): Record<string, unknown> => {
    const wide = integers.map((name): [string, bigint | null] => [
      name,
      typeof row[name] === 'number' ? BigInt(row[name]) : null,
    ]);
    return { ...row, ...Object.fromEntries(wide) };
  };
  for await (const rows of batches) for (const row of rows) yield stored(row);
}
