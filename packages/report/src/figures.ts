import { compile, type TopLevelSpec } from 'vega-lite';
import { logger, None } from 'vega';
import { figureConfusion, hasConfusions } from './figureConfusion.ts';
import { figureCurves, hasCurves } from './figureCurves.ts';
import { figureDifferences, hasDifferences } from './figureDifferences.ts';
import { layouts, type FigureLayout } from './figureParts.ts';
import { figureScatter, hasScatter } from './figureScatter.ts';
import { figureSpec } from './figureSpec.ts';
import { figureVerdict, hasVerdicts } from './figureVerdict.ts';
import { renderPng, renderSvg } from './renderFigure.ts';
import type { ReportData } from './reportData.ts';

export type FigureName = 'figure' | 'verdict' | 'differences' | 'curves' | 'scatter' | 'confusion';

/** A figure in all its forms. */
export interface DrawnFigure {
  name: FigureName;
  spec: TopLevelSpec;
  png: Uint8Array;
  /** For a page and for a phone: as drawn, and as Vega's runtime draws it again. */
  page: { svg: string; vega: object };
  phone: { svg: string; vega: object };
}

/** Draws the figures of a report; one that would be empty is left out. */
export async function drawFigures(data: ReportData): Promise<DrawnFigure[]> {
  const figures: [FigureName, boolean, (data: ReportData, layout: FigureLayout) => TopLevelSpec][] = [
    ['figure', true, figureSpec],
    ['verdict', hasVerdicts(data), figureVerdict],
    ['differences', hasDifferences(data), figureDifferences],
    ['curves', hasCurves(data), figureCurves],
    ['scatter', hasScatter(data), figureScatter],
    ['confusion', hasConfusions(data), figureConfusion],
  ];
  const drawn: DrawnFigure[] = [];
  for (const [name, isWanted, make] of figures) {
    if (!isWanted) continue;
    const spec = make(data, layouts.page);
    const page = await draw(spec);
    drawn.push({ name, spec, png: renderPng(page.svg), page, phone: await draw(make(data, layouts.phone)) });
  }
  return drawn;
}

const draw = async (spec: TopLevelSpec): Promise<{ svg: string; vega: object }> => ({
  svg: await renderSvg(spec),
  vega: compile(spec, { logger: logger(None) }).spec,
});
