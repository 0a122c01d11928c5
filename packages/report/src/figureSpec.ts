import { isAtShots } from '@bit-repro/experiment';
import type { TopLevelSpec } from 'vega-lite';
import { figureByShots } from './figureByShots.ts';
import { publishedPanels } from './figurePanels.ts';
import { layouts, type FigureLayout } from './figureParts.ts';
import { columnOf, seriesOf } from './figureRows.ts';
import type { ReportData } from './reportData.ts';

/**
 * The figure for an experiment's shape: one recipe for each network, at numbers of shots that the target has, is drawn into
 * the panels of the published figure, everything else as accuracy by shots.
 */
export function figureSpec(data: ReportData, layout: FigureLayout = layouts.page): TopLevelSpec {
  const { target, arms, groups, shots } = data;
  if (target?.figure === undefined) return figureByShots(data, layout);
  // Networks of one column differ in their series.
  const places = new Set(
    groups.map((group) => JSON.stringify([columnOf(group, target), seriesOf(group, target)])),
  );
  const claimed = target.claims.results.map((claim) => claim.shots);
  return places.size === arms.length &&
    shots.every((count) => claimed.some((published) => isAtShots(published, count)))
    ? publishedPanels(data, target, target.figure, layout)
    : figureByShots(data, layout);
}
