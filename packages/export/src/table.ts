/** What a column holds. Every column may have empty cells. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'instant';

/** A cell; null is an empty one. */
export type Value = string | number | boolean | Date | null;

export type Row = Readonly<Record<string, Value>>;

/** Rows for another program, in batches, so that a long table need not fit into memory. */
export interface Table {
  columns: Readonly<Record<string, ColumnType>>;
  batches: AsyncIterable<readonly Row[]>;
}

/** A batch for each item, made when it is asked for. */
export async function* batchesOf<T>(
  items: readonly T[],
  rowsOf: (item: T) => Row[] | Promise<Row[]>,
  signal?: AbortSignal,
): AsyncGenerator<Row[]> {
  for (const item of items) {
    signal?.throwIfAborted();
    yield await rowsOf(item);
  }
}
