import { wrapLines } from './wrapLines.ts';
import { ink, type Spec } from './figureStyle.ts';

/** A sample of each mark that an entry of the legend explains, and what it says. */
export interface LegendEntry {
  samples: { mark: Spec; colour?: string; shape?: string; dash?: number[] }[];
  text: string;
}

const rowHeight = 20;
const lineHeight = 14;
const fontSize = 11;
const sampleWidth = 28;
/** Between a sample and its text, and between columns. */
const [gap, columnGap] = [8, 8];

/** A legend drawn with the very marks of the figure, in columns of entries. A text that is too long for its column has several lines. */
export function legend(columns: readonly (readonly LegendEntry[])[], columnWidth: number): Spec {
  const room = columnWidth - sampleWidth - gap - columnGap;
  const placed = columns.map((entries) => {
    let y = 0;
    return entries.map(({ samples, text }) => {
      const lines = wrapLines(text, { width: room, fontSize });
      const top = y;
      y += rowHeight + (lines.length - 1) * lineHeight;
      return { samples, lines, middle: top + rowHeight / 2, bottom: y };
    });
  });
  return {
    width: columns.length * columnWidth,
    height: Math.max(...placed.map((entries) => entries.at(-1)?.bottom ?? 0)),
    view: { stroke: null },
    data: { values: [{}] },
    layer: placed.flatMap((entries, column) =>
      entries.flatMap((entry) => drawEntry(entry, column * columnWidth, entry.middle)),
    ),
  };
}

/** Entries in so many columns, which are read one after the other. */
export const inColumns = (entries: readonly LegendEntry[], count: number): LegendEntry[][] => {
  const each = Math.ceil(entries.length / count);
  return Array.from({ length: count }, (_, column) => entries.slice(column * each, (column + 1) * each));
};

function drawEntry(
  { samples, lines }: { samples: LegendEntry['samples']; lines: string[] },
  x: number,
  y: number,
): Spec[] {
  const position = { x: { value: x + sampleWidth / 2 }, y: { value: y } };
  return [
    ...samples.map(({ mark, colour, shape, dash }): Spec => {
      const paint = {
        ...(colour === undefined ? {} : { color: { value: colour } }),
        ...(shape === undefined ? {} : { shape: { value: shape } }),
        ...(dash === undefined ? {} : { strokeDash: { value: dash } }),
      };
      return mark.type === 'line' || mark.type === 'rule'
        ? {
            mark: { ...mark, type: 'rule' },
            encoding: { x: { value: x }, x2: { value: x + sampleWidth }, y: { value: y }, ...paint },
          }
        : { mark, encoding: { ...position, ...paint } };
    }),
    {
      mark: {
        type: 'text',
        align: 'left',
        baseline: 'middle',
        fontSize,
        lineHeight,
        color: ink,
      },
      encoding: {
        x: { value: x + sampleWidth + gap },
        y: { value: y },
        text: { value: lines.length === 1 ? lines[0] : lines },
      },
    },
  ];
}
