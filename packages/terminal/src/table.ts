import stringWidth from 'string-width';
import { largest, smallest, inLine } from '@bit-repro/artifacts';
import { linesOf, padded } from './fit.ts';
import { terminalColumns } from './print.ts';

/** What could fill a screen by itself, as the list of a thousand images, is cut to this. */
const widest = 200;
/** Cells are in line up to this; one that is longer moves only those beside it. */
const widestAligned = 64;
/** Text that goes on below itself is given so many columns, or a line of its own. */
const leastForText = 24;

export interface TableShape {
  /** The columns of numbers, counted from 0. */
  right?: readonly number[];
  /** The columns that are left out where there is no room for all, the first of them first. */
  spare?: readonly number[];
  /** Whether the last column is text, which goes on below itself where it is too long. */
  text?: boolean;
  /** Spaces before each line. */
  indent?: number;
  /** Columns of the terminal. */
  columns?: number;
}

interface Column {
  cells: readonly string[];
  /** Of the widest cell. */
  width: number;
  toTheRight: boolean;
  /** In which turn it is left out. */
  turn: number;
  isText: boolean;
}

/**
 * Rows as lines, each column as wide as its widest cell. Where that is wider than the terminal, spare columns are left out; then
 * text goes on below itself; then every row has its first cell on one line and the others below it. Nothing is cut for the
 * terminal's sake, and whatever a cell holds, it stays in its place.
 */
export function tableLines(
  rows: readonly (readonly unknown[])[],
  { right = [], spare = [], text = false, indent = 0, columns = terminalColumns() }: TableShape = {},
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
    };
  });
  return blocksOf(table, columns - indent)
    .flat()
    .map((line) => ' '.repeat(indent) + line);
}

/** The lines of each row; those below its first cell stand in by the margin. */
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
    const whole = `${cell}  ${begin}`;
    if (isText && more.length === 0 && stringWidth(whole) <= columns) return [whole];
    const lines = [...linesOf(cell, columns), ...[begin, ...more].map((line) => margin + line)];
    return lines.filter((line) => line.trim() !== '');
  });
}

function sideBySide(table: readonly Column[], columns: number): string[][] {
  const margin = marginOf(table);
  return (table[0]?.cells ?? []).map((_, row) => {
    const cells = table.map((column) =>
      padded(column.cells[row]!, Math.min(column.width, widestAligned), column.toTheRight),
    );
    const [begin, ...more] = linesOf(cells.pop()!.trimEnd(), columns - margin);
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

/** Where the last column begins. */
const marginOf = (table: readonly Column[]): number => widthOf(table.slice(0, -1)) + 2;
