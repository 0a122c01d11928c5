import type { Column, Piece, Row, Table } from '../table.ts';
import { escapeLatex } from './escapeLatex.ts';

export interface LatexTableOptions {
  caption: string;
  label: string;
  /** Titles of columns that a page of a paper has no room for. */
  without?: readonly string[];
}

/** A table of a report as LaTeX with the rules of booktabs, as wide as a line. What stands aside in the first column follows it. */
export function latexTable(
  { columns, groups }: Table,
  { caption, label, without = [] }: LatexTableOptions,
): string {
  const isKept = columns.map(({ title }) => !without.includes(title));
  const kept = columns.filter((_, index) => isKept[index]);
  const lineOfRow = (row: Row): string => {
    const [first = '', ...rest] = row.cells.filter((_, index) => isKept[index]).map(cellOf);
    const aside = escapeLatex(row.aside ?? '');
    const isSaid = aside === '' || aside === first;
    return lineOf([String.raw`\raggedright ${isSaid ? first : `${first}, ${aside}`}`, ...rest]);
  };
  const body = groups.map(({ heading, rows }) => [
    ...(heading === undefined
      ? []
      : [String.raw`\multicolumn{${kept.length}}{@{}l}{\textbf{${escapeLatex(heading)}}} \\`]),
    ...rows.map(lineOfRow),
  ]);
  return [
    String.raw`\begin{table}`,
    String.raw`\centering`,
    String.raw`\footnotesize`,
    String.raw`\setlength{\tabcolsep}{3pt}`,
    String.raw`\setlength{\belowcaptionskip}{6pt}`,
    String.raw`\caption{${escapeLatex(caption)}}`,
    String.raw`\label{${label}}`,
    String.raw`\begin{tabular}{@{}p{0.25\linewidth}${kept.slice(1).map(alignmentOf).join('')}@{}}`,
    String.raw`\toprule`,
    lineOf(kept.map(({ title }) => escapeLatex(title))),
    String.raw`\midrule`,
    body.map((lines) => lines.join('\n')).join('\n\\addlinespace\n'),
    String.raw`\bottomrule`,
    String.raw`\end{tabular}`,
    String.raw`\end{table}`,
    '',
  ].join('\n');
}

const lineOf = (cells: readonly string[]): string => String.raw`${cells.join(' & ')} \\`;

const alignmentOf = ({ kind }: Column): string => (kind === 'number' || kind === 'key' ? 'r' : 'l');

const cellOf = (pieces: Piece | Piece[]): string => [pieces].flat().map(pieceOf).join('');

function pieceOf(piece: Piece): string {
  if (typeof piece === 'string') return escapeLatex(piece);
  if ('soft' in piece) return escapeLatex(piece.soft);
  if ('code' in piece) return String.raw`\texttt{${escapeLatex(piece.code)}}`;
  if ('stressed' in piece) return String.raw`\textbf{${escapeLatex(piece.stressed)}}`;
  return 'lineBreak' in piece ? ' ' : escapeLatex(piece.text);
}
