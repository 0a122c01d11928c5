import { confusedGroups } from '../figureConfusion.ts';
import { mostDifferences } from '../figureDifferences.ts';
import type { FigureName } from '../figures.ts';
import { namedIn } from './confusion.ts';
import { written } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { taskInWords } from '../task.ts';
import { altOf } from './lead.ts';

/** What stands beside a figure, and what it shows to those who cannot see it. */
export function figureWords(
  data: ReportData,
  name: FigureName,
): { heading: string; caption: string; alt: string } {
  switch (name) {
    case 'figure':
      return { heading: '', caption: data.description ?? '', alt: altOf(data) };
    case 'verdict':
      return {
        heading: '',
        caption:
          'Each row is a set of runs less what was published: the dot is the difference, the line its interval, grey the margin around zero. Reproduced is a line that lies in the grey, not reproduced one that lies outside of it.',
        alt: `Differences from the published results with their intervals: ${verdictsInWords(data)}.`,
      };
    case 'differences':
      return {
        heading: '',
        caption: `${data.comparisons.length > mostDifferences ? `The first ${mostDifferences} of ${data.comparisons.length} comparisons. ` : ''}The large dot is the mean difference, the line its 95 % interval, and the small dots below are the single seeds. The thin line across is no difference.`,
        alt: `Differences of the arms with their intervals: ${differencesInWords(data)}.`,
      };
    case 'curves':
      return {
        heading: 'Learning curves',
        caption:
          'The loss of the batch before each step, and top-1 accuracy where the recipe has it taken on the way. A thick line is the mean of the runs of an arm, the band reaches from the lowest to the highest of them, and thin lines are single runs where these are few. Their numbers are in data.json.',
        alt: `Learning curves of ${data.arms.join(', ')}: loss by step, the mean of the runs of each.`,
      };
    case 'confusion':
      return {
        heading: '',
        caption:
          'A row for each class, a column for what its images were taken for: the numbers are percent of the images of the class, of all runs together. Blue is right, orange wrong; a blank is less than half a percent. Their counts are in data.json.',
        alt: `Confusion matrices. ${confusionsInWords(data)}.`,
      };
    case 'scatter':
      return {
        heading: 'Single runs, their mean and what was published',
        caption:
          'Each dot is a run; the lines across are the mean of the runs and the published numbers, each the median or the mean that its source gives.',
        alt: `Accuracy of every run by seed, with means. ${altOf(data)}`,
      };
  }
}

const confusionsInWords = (data: ReportData): string =>
  confusedGroups(data)
    .map((group) => {
      const named = namedIn(data, group);
      const { arm, confusion } = group;
      const most = confusion.pairs
        .slice(0, 3)
        .map(
          ({ label, predicted, share }) =>
            `${named(label)} for ${named(predicted)} (${written(share, 'tenths')} %)`,
        );
      return `${arm}, ${taskInWords(group, data.tasks)}, most often took ${most.join(', ')}`;
    })
    .join('; ');

const differencesInWords = ({ comparisons, tasks }: ReportData): string =>
  comparisons
    .slice(0, mostDifferences)
    .map(({ title, mean, interval, outcome, ...task }) => {
      const [at, low, high] = [mean, interval?.low ?? null, interval?.high ?? null].map((one) =>
        written(one, 'signed'),
      );
      return `${title}, ${taskInWords(task, tasks)}: ${at!} [${low!}, ${high!}], ${outcome}`;
    })
    .join('; ');

const verdictsInWords = ({ verdicts, tasks }: ReportData): string =>
  verdicts
    .flatMap(({ who, judgement, ...task }) => {
      if (judgement === undefined || judgement.difference.kind === 'refused') return [];
      const [at, low, high] = [
        judgement.difference.value,
        judgement.difference.low,
        judgement.difference.high,
      ].map((one) => written(one, 'signed-tenths'));
      return [
        `${'arm' in who ? who.arm : who.control}, ${taskInWords(task, tasks)}: ${at!} [${low!}, ${high!}]`,
      ];
    })
    .join('; ');
