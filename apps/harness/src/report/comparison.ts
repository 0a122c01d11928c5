import { bitHyperRule, resolutionFor, scheduleSupports } from '@bit-repro/trainer';
import { datasets, type Target } from '../config/index.ts';
import type { PlannedRun } from '../plan/index.ts';

/** Whether a run is the paper's: the network of the claim, from the published weights. */
export const isPaperNetwork = (run: PlannedRun): boolean =>
  run.weights.kind === 'published' && run.model === 'BiT-M-R50x3';

/** How a network is called in a report; what is not a published network says so in its name. */
export function networkTitle({ model, weights }: PlannedRun): string {
  return weights.kind === 'published' ? model : `${model}, ${weights.name}`;
}

/** Sentences on how runs depart from the paper's recipe, for its figure on CIFAR-10. */
export function departuresFromPaper(runs: readonly PlannedRun[]): string[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { fineTune, dataset } = first;
  const rule = { ...bitHyperRule, ...resolutionFor(32, 32) };
  const list = (pick: (run: PlannedRun) => string | number): string =>
    [...new Set(runs.map(pick))].join(' and ');
  const sentences = isPaperNetwork(first)
    ? []
    : [
        `The network is ${list(networkTitle)}; the paper’s is BiT-M-R50x3, pre-trained on ImageNet-21k. Accuracies are not comparable.`,
      ];
  const settings: [string, (run: PlannedRun) => string | number, string | number][] = [
    ['base learning rate', (run) => run.fineTune.baseLr, rule.baseLr],
    ['batch', (run) => run.fineTune.batch, rule.batch],
    ['momentum', (run) => run.fineTune.momentum, rule.momentum],
    ['resize', (run) => `${run.fineTune.resize} px`, `${rule.resize} px`],
    ['crop', (run) => `${run.fineTune.crop} px`, `${rule.crop} px`],
    [
      'schedule',
      (run) => run.fineTune.schedule.join(', '),
      scheduleSupports('bit-hyperrule', fineTune.shots * fineTune.classes).join(', '),
    ],
  ];
  for (const [name, pick, paper] of settings) {
    if (runs.some((run) => pick(run) !== paper))
      sentences.push(`The ${name} is ${list(pick)}; BiT-HyperRule has ${paper}.`);
  }
  sentences.push(
    `Seeds draw the subsets of ${datasets[dataset].title} here; the paper does not publish its subsets, so single runs cannot be matched.`,
  );
  return sentences;
}

/** Sentences on what the 2021 reproduction did differently, from the target's own record of it. */
export function departuresFrom2021({ reproduction2021 }: Target): string[] {
  const { settings, caveats } = reproduction2021;
  return [
    `It trained with base learning rate ${settings.baseLr}, batch ${settings.batch} in ${settings.batchSplit} parts and the schedule ${settings.schedule.join(', ')}, on ${settings.gpus}.`,
    ...caveats.map((caveat) => `${caveat[0]?.toUpperCase() ?? ''}${caveat.slice(1)}.`),
  ];
}
