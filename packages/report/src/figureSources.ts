import { sourcesOf } from '@bit-repro/experiment';
import { otherLook, paperColour } from './figureStyle.ts';
import type { ReportData } from './reportData.ts';

/** How the results of a source are drawn. */
export interface SourceLook {
  title: string;
  label: string;
  colour: string;
  dash: number[];
}

/** The look of each of the target's sources, by its name. */
export const sourceLooks = ({ target }: ReportData): Map<string, SourceLook> =>
  new Map(
    target &&
      sourcesOf(target).map(({ source, title, label }, index) => [
        source,
        { title, label, ...(index === 0 ? { colour: paperColour, dash: [6, 3] } : otherLook(index - 1)) },
      ]),
  );
