import type { TopLevelSpec } from 'vega-lite';
import { figureByShots } from './figureByShots.ts';
import { figure6Panels } from './figurePanels.ts';
import { layouts, type FigureLayout } from './figureParts.ts';
import { columnOf } from './figureRows.ts';
import type { ReportData } from './reportData.ts';

/**
 * The figure for an experiment's shape: one recipe for each network, at numbers of shots that the paper has, is drawn into
 * the paper's own panels, all else as accuracy against shots.
 */
export function figureSpec(data: ReportData, layout: FigureLayout = layouts.page): TopLevelSpec {
  const { target, arms, groups, shots } = data;
  // Networks of one column are told apart by the upstreams that they were pre-trained on.
  const places = new Set(groups.map((group) => JSON.stringify([columnOf(group), group.place?.family])));
  const paperShots = target?.figure6.panels.map((panel) => panel.shots) ?? [];
  return target !== undefined &&
    places.size === arms.length &&
    shots.every((count) => paperShots.includes(count))
    ? figure6Panels(data, target, layout)
    : figureByShots(data, layout);
}
