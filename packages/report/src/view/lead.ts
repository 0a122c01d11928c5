import { factsOf } from '@bit-repro/data';
import { referenceModel } from '@bit-repro/experiment';
import { perClass } from '../comparison.ts';
import { written } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { countOf, inRanges, listOf } from './words.ts';

/** The most networks that are named one by one before the figure, and the most verdicts that stand there. */
export const mostNamed = 3;

/** What stands above everything else, and what the first figure shows in words. */
export function leadView(data: ReportData): object {
  const { profile, dataset } = data;
  const done = data.planned - data.missing.length;
  return {
    claim: claimOf(data),
    run: `${done} of ${data.planned} runs are done, of ${data.networks.length > mostNamed ? countOf(data.networks.length, 'network') : data.networks.join(' and of ')}: ${countOf(data.arms.length, 'recipe')}, ${listOf(data.shots.map(String))} ${data.shots.at(-1) === 1 ? 'example' : 'examples'} per class, ${seedCounts(data)} each.`,
    profile: profile.name === profile.title ? profile.name : `${profile.name} (${profile.title})`,
    warning: warningOf(data),
    twinsNotice:
      data.testedTwins === 0
        ? ''
        : `${countOf(data.testedTwins, 'test image')} of ${factsOf(dataset).testImages} ${data.testedTwins === 1 ? 'is a training image' : 'are training images'}, too. The accuracies count ${data.testedTwins === 1 ? 'it' : 'them'}, though a network may have learnt ${data.testedTwins === 1 ? 'it' : 'them'} by heart.`,
    missingNotice:
      data.missing.length === 0
        ? ''
        : `${data.missing.length} of ${data.planned} runs are missing. What they would add is left out below; run the same command again to continue.`,
    seeds: inRanges(seedsOf(data)),
  };
}

function claimOf({ dataset, published, target }: ReportData): string {
  const { title } = factsOf(dataset);
  const paper = published.filter(({ source }) => source === target?.claims.source);
  const models = [...new Set(paper.map(({ model }) => model))];
  if (models.length > mostNamed) {
    return `The paper gives a ${paper[0]!.headline.reducer} top-1 accuracy on ${title} for each of these ${models.length} networks; the table of results has them all.`;
  }
  return models
    .map((model) => {
      const medians = paper
        .filter((result) => result.model === model)
        .map(
          ({ shots, headline, readingError }) =>
            `${headline.top1.toFixed(1)} %${readingError === undefined ? '' : ` (±${readingError})`} with ${perClass(shots)}`,
        );
      return `Fine-tuned on ${title}, ${model} reaches a ${paper[0]!.headline.reducer} top-1 accuracy of ${listOf(medians)}.`;
    })
    .join(' ');
}

function warningOf({ groups, target }: ReportData): string {
  const others = [
    ...new Set(groups.filter(({ claimedModel }) => claimedModel === undefined).map(({ network }) => network)),
  ];
  if (others.length === 0 || target === undefined) return '';
  return `These are not runs of ${referenceModel(target)} with its published weights, but of ${others.join('; of ')}. They say nothing for or against the paper’s claim.`;
}

/** The numbers of the first figure in words. */
export function altOf({ dataset, groups, published }: ReportData): string {
  const ours = groups.map(
    ({ arm, network, shots, runs, summary }) =>
      `${arm} (${network}), ${perClass(shots)}: ${
        summary === undefined
          ? 'no run yet'
          : `median ${summary.median.toFixed(2)} % of ${countOf(runs.length, 'run')}`
      }`,
  );
  const theirs = published.map(
    ({ title, model, shots, headline, readingError }) =>
      `${title} (${model}), ${perClass(shots)}: ${headline.reducer} ${written(headline.top1, readingError === undefined ? 'measured' : 'digitised')} %`,
  );
  return `Top-1 accuracy on ${factsOf(dataset).title}. ${[...ours, ...theirs].join('; ')}.`;
}

/** "5 seeds", or "5 to 20 seeds" where some arms or shots have more than others. */
function seedCounts({ groups }: ReportData): string {
  const counts = groups.map(({ seeds }) => seeds.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? countOf(most, 'seed') : `${least} to ${countOf(most, 'seed')}`;
}

const seedsOf = ({ groups }: ReportData): number[] => [...new Set(groups.flatMap(({ seeds }) => seeds))];
