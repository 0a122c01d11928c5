import { stringify } from 'csv-stringify/sync';
import type { Table } from './table.ts';

/** A table as RFC 4180 has it: a line of names first, commas, CRLF, quotes where they are needed; times in ISO 8601. */
export async function* csvOf({ columns, batches }: Table): AsyncGenerator<string> {
  const names = Object.keys(columns);
  const lines = (rows: readonly (readonly unknown[])[]): string =>
    stringify([...rows], {
      record_delimiter: 'windows',
      // The library quotes what contains its own delimiter, CRLF, and not either half.
      quoted_match: /[\r\n]/,
      cast: { boolean: String, date: (value) => value.toISOString() },
    });
  yield lines([names]);
  for await (const rows of batches) yield lines(rows.map((row) => names.map((name) => row[name])));
}
