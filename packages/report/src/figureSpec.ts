import { datasetOf, isAtShots } from '@bit-repro/experiment';
import type { TopLevelSpec } from 'vega-lite';
import { figureByDesign } from './figureByDesign.ts';
import { figureByShots } from './figureByShots.ts';
import { publishedPanels } from './figurePanels.ts';
import { layouts, type FigureLayout } from './figureParts.ts';
import { columnOf, seriesOf } from './figureRows.ts';
import type { ReportData } from './reportData.ts';
import type { Task } from './task.ts';

/**
 * The figure for an experiment's shape: one recipe for each network, at tasks that the target has, is drawn into
 * the panels of the published figure, arms that combine settings along these, everything else as accuracy by shots.
 */
export function figureSpec(data: ReportData, layout: FigureLayout = layouts.page): TopLevelSpec {
  const { target, arms, groups, tasks } = data;
  const other = (): TopLevelSpec =>
    data.designs.length > 0 ? figureByDesign(data, layout) : figureByShots(data, layout);
  if (target?.figure === undefined) return other();
  // Networks of one column differ in their series.
  const places = new Set(
    groups.map((group) => JSON.stringify([columnOf(group, target), seriesOf(group, target)])),
  );
  const { claims } = target;
  const isClaimed = (task: Task): boolean =>
    claims.results.some(
      (claim) => datasetOf(claim, claims) === task.dataset && isAtShots(claim.shots, task.shots),
    );
  return places.size === arms.length && tasks.every(isClaimed)
    ? publishedPanels(data, target, target.figure, layout)
    : other();
}
