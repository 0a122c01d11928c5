import type { Cell } from './ledger.ts';
import { isCalledAlike } from './view/words.ts';

/** A piece of a cell: text, or a number of the ledger. */
export type Piece =
  string | Cell | { soft: string } | { code: string } | { stressed: string } | { lineBreak: true };

export interface Column {
  title: string;
  /** Numbers stand on the right; `key` ones are stressed, `each` ones are small. */
  kind?: 'number' | 'key' | 'each' | 'wide';
  /** Of the first column: what stands beside it, in a column of its own where nothing can be small. */
  aside?: string;
}

export interface Row {
  /** One for each column. */
  cells: (Piece | Piece[])[];
  /** Left out where the first cell says the same. */
  aside?: string;
  /** Whether it is about the runs of the report. */
  isOurs?: boolean;
}

/** A table that a page and Markdown show alike. */
export interface Table {
  /** What it is, for those who cannot see it. */
  label: string;
  columns: Column[];
  /** Whether its rows are things of one kind, which a reader may want in another order; they are, unless it says no. */
  isSortable?: boolean;
  groups: { heading?: string; rows: Row[] }[];
}

const classes = { number: 'n', key: 'n key', each: 'each', wide: 'wide' };

/** A table as the templates read it, with what may be absent made explicit; null where it has no rows. */
export function tableView({ label, columns, groups, isSortable = true }: Table): object | null {
  if (groups.every(({ rows }) => rows.length === 0)) return null;
  const hasAside = columns.some(({ aside }) => aside !== undefined);
  return {
    label,
    isSortable,
    columns: columns.map(({ title, kind, aside = '' }) => ({
      title,
      isNumber: kind === 'number' || kind === 'key',
      aside,
    })),
    groups: groups.map(({ heading = '', rows }) => ({
      heading,
      blanks: Array.from({ length: columns.length - 1 + Number(hasAside) }, () => ''),
      width: columns.length,
      rows: rows.map(({ cells, aside = '', isOurs = false }) => {
        const [first, ...rest] = cells.map((pieces, index) => ({
          look: classOf(columns[index]!, pieces),
          pieces: [pieces].flat().map(pieceView),
        }));
        const isNamedAlike = typeof cells[0] === 'string' && isCalledAlike(cells[0], aside);
        return { isOurs, first, hasAside, aside: isNamedAlike ? '' : aside, rest };
      }),
    })),
  };
}

function classOf({ kind }: Column, pieces: Piece | Piece[]): string {
  if ([pieces].flat().some((piece) => typeof piece === 'object' && 'stressed' in piece)) return 'differs';
  return kind === undefined ? '' : classes[kind];
}

const plain = {
  value: '',
  ref: null,
  isDerived: false,
  isSoft: false,
  isCode: false,
  isBold: false,
  isBreak: false,
  /** Texts are trimmed as they are escaped for Markdown; these spaces stay. */
  spaceBefore: false,
  spaceAfter: false,
};

/** A piece as the templates read it. */
export function pieceView(piece: Piece): object {
  if (typeof piece === 'string') {
    const [spaceBefore, spaceAfter] = [piece.startsWith(' '), piece.endsWith(' ')];
    return { ...plain, text: piece.trim(), spaceBefore, spaceAfter };
  }
  if ('soft' in piece) return { ...plain, text: piece.soft, isSoft: true };
  if ('code' in piece) return { ...plain, text: piece.code, isCode: true };
  if ('stressed' in piece) return { ...plain, text: piece.stressed, isBold: true };
  if ('lineBreak' in piece) return { ...plain, text: '', isBreak: true };
  return { ...plain, ...piece };
}

/** Columns of numbers. */
export const numbers = (...titles: string[]): Column[] => titles.map((title) => ({ title, kind: 'number' }));

/** Pieces with a comma between them. */
export const listed = (pieces: readonly Piece[]): Piece[] =>
  pieces.flatMap((piece, index) => (index === 0 ? [piece] : [', ', piece]));

/** A range of two numbers; one dash where both are none. */
export const range = (low: Cell, high: Cell, between = ' – '): Piece[] =>
  low.isDerived || high.isDerived ? [low, between, high] : [low];
