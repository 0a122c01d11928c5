import { nameOfDataset } from '@bit-repro/data';
import { datasetOf, type PlannedRun, type Target } from '@bit-repro/experiment';

/** Name of a network in a report; one without published weights says so in its name. */
export function networkTitle({ model, weights }: Pick<PlannedRun, 'model' | 'weights'>): string {
  if (weights.kind === 'embedded') return weights.name;
  return weights.kind === 'published' ? model : `${model} with ${weights.name}`;
}

/** Whether a target has claims about a network on any data set, by its name in a report. */
export const isClaimedNetwork = (network: string, { claims }: Target): boolean =>
  claims.results.some(({ model }) => model === network);

/** Whether a run is scored on some of the test images alone, and published accuracies say nothing about it. */
export const isSampled = ({ fineTune }: Pick<PlannedRun, 'fineTune'>): boolean =>
  fineTune.testImages !== undefined;

/**
 * The network of a run if the target has claims about it: same name, its own weights, same data set, and scored on the whole
 * test set.
 */
export function claimedModel(run: PlannedRun, { claims }: Target): string | undefined {
  const { model, weights, dataset } = run;
  const isClaimed =
    !isSampled(run) &&
    (weights.kind === 'published' || weights.kind === 'embedded') &&
    claims.results.some(
      (claim) => claim.model === model && datasetOf(claim, claims) === nameOfDataset(dataset),
    );
  return isClaimed ? model : undefined;
}

/** Where a network stands in the published figure. */
export interface FigurePlace {
  series: string;
  x: string;
}

/** The place of the network of this name; none where the target has no figure, or not this network in it. */
export function placeInFigure(model: string, { figure }: Target): FigurePlace | undefined {
  if (figure === undefined) return undefined;
  for (const series of Object.keys(figure.series)) {
    const x = figure.x.find((name) => `${series}-${name}` === model);
    if (x !== undefined) return { series, x };
  }
  return undefined;
}
