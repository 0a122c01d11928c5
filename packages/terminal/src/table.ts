import stringWidth from 'string-width';
import { largest, smallest, inLine } from '@bit-repro/artifacts';
import { painted, type Style } from './colour.ts';
import { linesOf, padded } from './fit.ts';
import { terminalColumns } from './print.ts';

/** The longest cell; a list of a thousand images would fill the screen. */
const widest = 200;
/** Cells are padded up to this width; a longer one only shifts its own row. */
const widestAligned = 64;
/** A last column of text needs at least this width to be wrapped beside the others. */
const leastForText = 24;

export interface TableShape {
  /** Indices of the right-aligned columns. */
  right?: readonly number[];
  /** Indices of the columns to leave out if space is short, first to go first. */
  spare?: readonly number[];
  /** Whether the last column is text, to be wrapped if it is too long. */
  text?: boolean;
  indent?: number;
  columns?: number;
  /** The style of a cell, by its content. */
  style?: (cell: string, column: number) => Style | undefined;
}

interface Column {
  cells: readonly string[];
  width: number;
  toTheRight: boolean;
  /** Order in which spare columns are left out. */
  turn: number;
  isText: boolean;
  styleOf: (cell: string) => Style | undefined;
}

/**
 * Lays rows out as lines, each column as wide as its widest cell. If the terminal is narrower, spare columns
 * are left out, then the last column is wrapped if it is text, then every row puts its first cell on one line
 * and the others below. No cell is cut to fit the terminal.
 */
export function tableLines(
  rows: readonly (readonly unknown[])[],
  { right = [], spare = [], text = false, indent = 0, columns = terminalColumns(), style }: TableShape = {},
): string[] {
  const count = largest([0, ...rows.map(({ length }) => length)]);
  const table = Array.from({ length: count }, (_, index): Column => {
    const cells = rows.map((row) => inLine(row[index] ?? '', widest));
    return {
      cells,
      width: largest(cells.map((cell) => stringWidth(cell))),
      toTheRight: right.includes(index),
      turn: spare.includes(index) ? spare.indexOf(index) : Infinity,
      isText: text && index === count - 1,
      styleOf: (cell) => style?.(cell, index),
    };
  });
  return blocksOf(table, columns - indent)
    .flat()
    .map((line) => ' '.repeat(indent) + line);
}

/** The lines of each row. Lines below the first cell are indented by the margin. */
function blocksOf(table: readonly Column[], columns: number, margin = '  '): string[][] {
  let kept = table;
  while (widthOf(kept) > columns && kept.some(isSpare)) kept = withoutNext(kept);
  const isWrapped = kept.at(-1)?.isText === true && marginOf(kept) + leastForText <= columns;
  if (widthOf(kept) <= columns || isWrapped) return sideBySide(kept, columns);
  const [first, ...others] = table;
  const below = others.length === 0 ? [] : blocksOf(others, columns - margin.length, '');
  const isText = others.at(-1)?.isText === true;
  return first!.cells.map((cell, row) => {
    const [begin = '', ...more] = below[row] ?? [];
    const whole = `${painted(cell, first!.styleOf(cell))}  ${begin}`;
    if (isText && more.length === 0 && stringWidth(whole) <= columns) return [whole];
    const lines = [
      ...linesOf(painted(cell, first!.styleOf(cell)), columns),
      ...[begin, ...more].map((line) => margin + line),
    ];
    return lines.filter((line) => line.trim() !== '');
  });
}

function sideBySide(table: readonly Column[], columns: number): string[][] {
  const margin = marginOf(table);
  return (table[0]?.cells ?? []).map((_, row) => {
    const cells = table.map((column, index) => {
      const cell = column.cells[row]!;
      const isLast = index === table.length - 1 && !column.toTheRight;
      const width = isLast ? 0 : Math.min(column.width, widestAligned);
      return padded(painted(cell, column.styleOf(cell)), width, column.toTheRight);
    });
    const [begin, ...more] = linesOf(cells.pop()!, columns - margin);
    return [[...cells, begin].join('  ').trimEnd(), ...more.map((line) => ' '.repeat(margin) + line)];
  });
}

const isSpare = ({ turn }: Column): boolean => turn !== Infinity;

function withoutNext(table: readonly Column[]): Column[] {
  const next = smallest(table.map(({ turn }) => turn));
  return table.filter(({ turn }) => turn !== next);
}

const widthOf = (table: readonly Column[]): number =>
  table.reduce((sum, { width }) => sum + width + 2, 0) - 2;

/** Where the last column starts. */
const marginOf = (table: readonly Column[]): number => widthOf(table.slice(0, -1)) + 2;
