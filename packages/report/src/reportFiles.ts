import { mostConfusions } from './figureConfusion.ts';
import type { FigureName } from './figures.ts';

const figureFiles = <Name extends FigureName>(name: Name) =>
  ({
    svg: `${name}.svg`,
    png: `${name}.png`,
    /** As Vega-Lite, with its data. */
    spec: `${name}.vl.json`,
  }) as const;

/** Files of a report in its folder. */
export const reportFiles = {
  markdown: 'report.md',
  html: 'report.html',
  /** Every number, with the runs it is from. */
  data: 'data.json',
  figure: figureFiles('figure'),
  verdict: figureFiles('verdict'),
  differences: figureFiles('differences'),
  curves: figureFiles('curves'),
  scatter: figureFiles('scatter'),
  confusion: figureFiles('confusion'),
  /** Of each arm and number of shots the most confident mistakes of its median run. */
  mistakes: Array.from({ length: mostConfusions }, (_, index) => `mistakes-${index + 1}.png`),
} as const;

/** The names of all files that a report may have. */
export const reportFileNames: readonly string[] = Object.values(reportFiles).flatMap((file) =>
  typeof file === 'string' ? [file] : Object.values(file),
);
