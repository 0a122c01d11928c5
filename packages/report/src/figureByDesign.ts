import type { TopLevelSpec } from 'vega-lite';
import { designLines, linesKey } from './designLines.ts';
import { designMap, mapKey } from './designMap.ts';
import { designPanels } from './designPanels.ts';
import { legend } from './figureLegend.ts';
import { completeFigure, type FigureLayout } from './figureParts.ts';
import type { ReportData } from './reportData.ts';

/** From so many levels of both settings on, a map is easier to read than lines. */
const leastOfMap = 3;

/**
 * Accuracy against the settings that the arms combine: lines with intervals, or a map where both have many levels. Any third setting
 * has panels of its own.
 */
export function figureByDesign(data: ReportData, { direction, width }: FigureLayout): TopLevelSpec {
  const panels = designPanels(data);
  const isMap = panels.every(
    ({ along, across }) => along.levels.length >= leastOfMap && (across?.levels.length ?? 0) >= leastOfMap,
  );
  const columns = direction === 'row' ? 2 : 1;
  const count = Math.min(columns, panels.length);
  const panelWidth = width / count - 62;
  const key = isMap ? mapKey(panels) : linesKey(data, panels);
  return completeFigure(
    data,
    {
      vconcat: [
        {
          concat: panels.map((panel) =>
            isMap ? designMap(panel, panelWidth) : designLines(data, panel, panelWidth),
          ),
          columns: count,
          spacing: { row: 92, column: 66 },
          bounds: 'flush',
        },
        legend(
          direction === 'row' ? key : [key.flat()],
          (width - 40) / (direction === 'row' ? key.length : 1),
        ),
      ],
      spacing: 24,
    },
    data.title,
    width,
  );
}
