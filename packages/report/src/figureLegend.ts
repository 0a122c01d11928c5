import { ink, type Spec } from './figureStyle.ts';

/** A sample of each mark that an entry of the legend explains, and what it says. */
export interface LegendEntry {
  samples: { mark: Spec; colour?: string; shape?: string; dash?: number[] }[];
  text: string;
}

const rowHeight = 20;
const sampleWidth = 28;

/** A legend drawn with the very marks of the figure, in columns of entries. */
export function legend(columns: readonly (readonly LegendEntry[])[], columnWidth: number): Spec {
  const rows = Math.max(...columns.map((entries) => entries.length));
  return {
    width: columns.length * columnWidth,
    height: rows * rowHeight,
    view: { stroke: null },
    data: { values: [{}] },
    layer: columns.flatMap((entries, column) =>
      entries.flatMap((entry, row) =>
        drawEntry(entry, column * columnWidth, (row + 0.5) * rowHeight, columnWidth),
      ),
    ),
  };
}

function drawEntry({ samples, text }: LegendEntry, x: number, y: number, width: number): Spec[] {
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
        fontSize: 11,
        color: ink,
        limit: width - sampleWidth - 16,
      },
      encoding: { x: { value: x + sampleWidth + 8 }, y: { value: y }, text: { value: text } },
    },
  ];
}
