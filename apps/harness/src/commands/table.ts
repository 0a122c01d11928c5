import { inLine } from '../terminal/clean.ts';

/** What could fill a screen by itself, as the list of a thousand images, is cut to this. */
const widest = 200;

export interface TableShape {
  /** The columns of numbers, counted from 0. */
  right?: readonly number[];
  /** Characters of a cell; what is longer is cut. */
  most?: number;
}

/** Rows as lines, each column as wide as its widest cell. Whatever a cell holds, it stays in its place. */
export function tableLines(
  cells: readonly (readonly unknown[])[],
  { right = [], most = widest }: TableShape = {},
): string[] {
  const rows = cells.map((row) => row.map((cell) => inLine(cell, most)));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
