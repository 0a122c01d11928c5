import type { Target } from '../config/index.ts';
import type { PlannedRun } from '../plan/index.ts';
import { networkTitle, placeInFigure } from './network.ts';
import type { PublishedResult } from './published.ts';

/** Sentences on what a report's numbers cannot be compared with, and why. */
export function limitsOfComparison(
  planned: readonly PlannedRun[],
  published: readonly PublishedResult[],
  target: Target,
): string[] {
  const others = new Set(planned.filter((run) => placeInFigure(run, target) === undefined).map(networkTitle));
  const ofPaper = published.filter(({ source }) => source === 'paper');
  return [
    ...[...others].map(
      (network) =>
        `The network is ${network}: the paper has no numbers of it. Its accuracies say that the machinery works and nothing about the paper’s claim.`,
    ),
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

/** "1 example per class". */
export const perClass = (shots: number): string =>
  `${shots} ${shots === 1 ? 'example' : 'examples'} per class`;
