import { mostDifferences } from '../figureDifferences.ts';
import type { FigureName } from '../figures.ts';
import type { ReportData } from '../reportData.ts';
import { countOf, listOf } from './words.ts';

/** What stands beside a figure, and what it is to those who cannot see it: where its numbers are is in the text around it. */
export function figureWords(
  data: ReportData,
  name: FigureName,
): { heading: string; caption: string; alt: string } {
  const datasets = atMost(
    data.datasets.map(({ title }) => title),
    'data set',
  );
  const arms = atMost(data.arms, 'arm');
  const theirs = data.published.length === 0 ? '' : ' beside the published results';
  switch (name) {
    case 'figure':
      return {
        heading: '',
        caption: data.description ?? '',
        alt: `Top-1 accuracy on ${datasets}: ${arms}${theirs}`,
      };
    case 'verdict':
      return {
        heading: '',
        caption:
          'Each row is a set of runs less what was published: the dot is the difference, the line its interval, grey the margin around zero. Reproduced is a line that lies in the grey, not reproduced one that lies outside of it.',
        alt: `Differences from the published results with their intervals and margins, as in the table of verdicts`,
      };
    case 'differences':
      return {
        heading: '',
        caption: `${data.comparisons.length > mostDifferences ? `The first ${mostDifferences} of ${data.comparisons.length} comparisons. ` : ''}The large dot is the mean difference, the line its 95 % interval, and the small dots below are the single seeds. The thin line across is no difference.`,
        alt: `Differences of the arms with their intervals, as in the table of comparisons`,
      };
    case 'curves':
      return {
        heading: 'Learning curves',
        caption:
          'The loss of the batch before each step, and top-1 accuracy where the recipe has it taken on the way. A thick line is the mean of the runs of an arm, the band reaches from the lowest to the highest of them, and thin lines are single runs where these are few. Their numbers are in data.json.',
        alt: `Learning curves of ${arms}: loss by step, the mean of the runs of each`,
      };
    case 'confusion':
      return {
        heading: '',
        caption:
          'A row for each class, a column for what its images were taken for: the numbers are percent of the images of the class, of all runs together. Blue is right, orange wrong; a blank is less than half a percent. Their counts are in data.json.',
        alt: `Confusion matrices of ${arms}, as in the tables of classes`,
      };
    case 'scatter':
      return {
        heading: 'Single runs, their mean and what was published',
        caption:
          'Each dot is a run; the lines across are the mean of the runs and the published numbers, each the median or the mean that its source gives.',
        alt: `Top-1 accuracy of every run of ${arms}, by seed, with means${theirs}`,
      };
  }
}

/** A text for a picture has room for two names. */
const atMost = (names: readonly string[], noun: string): string =>
  names.length > 2 || names.join('').length > 50 ? countOf(names.length, noun) : listOf(names);
