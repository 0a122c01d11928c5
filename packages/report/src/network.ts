import type { Target, PlannedRun } from '@bit-repro/experiment';

/** How a network is called in a report; what has no published weights says so in its name. */
export function networkTitle({ model, weights }: Pick<PlannedRun, 'model' | 'weights'>): string {
  if (weights.kind === 'embedded') return weights.name;
  return weights.kind === 'published' ? model : `${model} with ${weights.name}`;
}

/** Where a network stands in the paper's figure: its pre-training and its place among the architectures. */
export interface FigurePlace {
  family: string;
  architecture: string;
}

/** The place of a run's network in the paper's figure; none where the weights or the network are others. */
export function placeInFigure(
  { model, weights }: Pick<PlannedRun, 'model' | 'weights'>,
  target: Target,
): FigurePlace | undefined {
  return weights.kind === 'published' ? placeOfModel(model, target) : undefined;
}

/** The place of a published network of this name. */
export function placeOfModel(model: string, { figure6 }: Target): FigurePlace | undefined {
  const families = new Set(figure6.panels.flatMap(({ upstreams }) => upstreams.map(({ family }) => family)));
  for (const family of families) {
    const architecture = figure6.models.find((name) => `${family}-${name}` === model);
    if (architecture !== undefined) return { family, architecture };
  }
  return undefined;
}
