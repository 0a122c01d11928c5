import type { FigureName } from '../figures.ts';
import type { ReportData } from '../reportData.ts';
import { altOf } from './lead.ts';

/** What stands beside a figure, and what it shows to those who cannot see it. */
export function figureWords(
  data: ReportData,
  name: FigureName,
): { heading: string; caption: string; alt: string } {
  switch (name) {
    case 'figure':
      return { heading: '', caption: '', alt: altOf(data) };
    case 'curves':
      return {
        heading: 'Learning curves',
        caption:
          'A line for each run: the loss of every batch before the step that it led to, and top-1 accuracy where the recipe has it taken on the way. Their numbers are in data.json.',
        alt: `Learning curves of ${data.arms.join(', ')}: loss by step, a line for each run.`,
      };
    case 'scatter':
      return {
        heading: 'Single runs, the old mean and the new',
        caption:
          'The scatter charts of the reproduction of 2021, drawn of these runs: each dot a run, and across them their mean, the mean of 2021 and the paper’s median, which 2021 took for a mean.',
        alt: `Accuracy of every run by seed, with means. ${altOf(data)}`,
      };
  }
}
