import { datasetTitle } from '@bit-repro/data';
import { referenceModel } from '@bit-repro/experiment';
import { isClaimedNetwork } from '../network.ts';
import type { ReportData } from '../reportData.ts';
import { perClass } from '../task.ts';
import { sampledNotice } from './sampled.ts';
import { countOf, inRanges, listOf } from './words.ts';

/** The most networks that are named one by one before the figure, and the most verdicts that stand there. */
export const mostNamed = 3;

/** What stands above everything else, and what the first figure shows in words. */
export function leadView(data: ReportData): object {
  const { profile, datasets, tasks } = data;
  const shots = [...new Set(tasks.map((task) => task.shots))];
  const several = datasets.length === 1 ? '' : ` of ${listOf(datasets.map(({ title }) => title))}`;
  const done = data.planned - data.missing.length;
  return {
    claim: claimOf(data),
    run: `${done} of ${data.planned} runs are done, of ${data.networks.length > mostNamed ? countOf(data.networks.length, 'network') : data.networks.join(' and of ')}: ${countOf(data.arms.length, 'recipe')}, ${listOf(shots.map(String))} ${shots.at(-1) === 1 ? 'example' : 'examples'} per class${several}, ${seedCounts(data)} each.`,
    profile: profile.name === profile.title ? profile.name : `${profile.name}: ${profile.title}`,
    twinsNotice: data.testedTwins.map((twins) => twinsInWords(twins, data)).join(' '),
    sampledNotice: sampledNotice(data),
    testSet: data.groups.some(({ testImages }) => testImages !== undefined) ? 'test set' : 'whole test set',
    missingNotice:
      data.missing.length === 0
        ? ''
        : `${data.missing.length} of ${data.planned} runs are missing. What they would add is left out below; run the same command again to continue.`,
    seeds: inRanges(seedsOf(data)),
  };
}

function twinsInWords(
  { dataset, images }: ReportData['testedTwins'][number],
  { datasets }: ReportData,
): string {
  const { testImages, title } = datasets.find(({ name }) => name === dataset)!;
  const all = `${testImages}${datasets.length === 1 ? '' : ` of ${title}`}`;
  const [are, them] = images === 1 ? ['is a training image', 'it'] : ['are training images', 'them'];
  return `${countOf(images, 'test image')} of ${all} ${are}, too. The accuracies count ${them}, though a network may have learnt ${them} by heart.`;
}

function claimOf({ published, target, datasets }: ReportData): string {
  const paper = published.filter(({ source }) => source === target?.claims.source);
  const models = new Set(paper.map(({ model }) => model));
  const claimed = datasets.filter(({ name }) => paper.some(({ dataset }) => dataset === name));
  if (models.size > mostNamed) {
    return `The paper gives a ${paper[0]!.headline.reducer} top-1 accuracy on ${listOf(claimed.map(({ title }) => title))} for each of these ${models.size} networks; the table of results has them all.`;
  }
  return claimed
    .flatMap((dataset) => [...models].flatMap((model) => claimOn(dataset, model, paper)))
    .join(' ');
}

function claimOn(
  { name, title }: ReportData['datasets'][number],
  model: string,
  paper: ReportData['published'],
): string[] {
  const own = paper.filter((result) => result.dataset === name && result.model === model);
  if (own.length === 0) return [];
  const medians = own.map(
    ({ shots, headline, readingError }) =>
      `${headline.top1.toFixed(1)} %${readingError === undefined ? '' : ` (±${readingError})`} with ${perClass(shots)}`,
  );
  return [
    `Fine-tuned on ${title}, ${model} reaches a ${own[0]!.headline.reducer} top-1 accuracy of ${listOf(medians)}.`,
  ];
}

/** Why the runs, or some of them, are no test of the paper; empty where all are. */
export function warningOf({ groups, target }: ReportData): string {
  if (target === undefined) return '';
  const unclaimed = groups.filter(({ claimedModel }) => claimedModel === undefined);
  if (unclaimed.some(({ network }) => !isClaimedNetwork(network, target)))
    return `The paper’s claim is about ${referenceModel(target)}: runs of other networks say nothing for or against it.`;
  if (unclaimed.length < groups.length) return '';
  if (unclaimed.some(({ testImages }) => testImages !== undefined))
    return 'These runs are scored on a sample of the test images: they say nothing for or against the paper’s claim.';
  const datasets = listOf(distinct(groups.map(({ dataset }) => datasetTitle(dataset))));
  return `The paper has no numbers on ${datasets}: these runs say nothing for or against its claim.`;
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** "5 seeds", or "5 to 20 seeds" where some arms or shots have more than others. */
function seedCounts({ groups }: ReportData): string {
  const counts = groups.map(({ seeds }) => seeds.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? countOf(most, 'seed') : `${least} to ${countOf(most, 'seed')}`;
}

const seedsOf = ({ groups }: ReportData): number[] => [...new Set(groups.flatMap(({ seeds }) => seeds))];
