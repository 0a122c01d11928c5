import { cifar10Classes } from '@bit-repro/data';
import type { Summary } from '@bit-repro/metrics';
import { perClass } from './comparison.ts';
import { gpuUses, machineUses } from './machineUse.ts';
import type { PublishedResult } from './published.ts';
import type { ReportData, ReportedGroup, ReportedRun } from './reportData.ts';

/** Decimals of accuracies in percent: 10,000 test images give two; the paper's were read off its figure to one. */
const measured = 2;
const digitised = 1;

/** What the templates show: every name they use, with what may be absent made explicit. Nothing is worked out here. */
export function viewOf(data: ReportData): object {
  const { profile, effort } = data;
  const done = data.planned - data.missing.length;
  return {
    title: data.title,
    description: data.description ?? '',
    claim: claimOf(data),
    run: `${done} of ${data.planned} runs are done, of ${data.networks.join(' and of ')}: ${countOf(data.arms.length, 'recipe')}, ${listOf(data.shots.map(String))} ${data.shots.at(-1) === 1 ? 'example' : 'examples'} per class, ${countOf(seedsOf(data).length, 'seed')} each.`,
    profile: profile.name === profile.title ? profile.name : `${profile.name} (${profile.title})`,
    warning: warningOf(data),
    missingNotice:
      data.missing.length === 0
        ? ''
        : `${data.missing.length} of ${data.planned} runs are missing. What they would add is left out below; run the same command again to go on.`,
    figureAlt: altOf(data),
    seeds: seedsOf(data).join(', '),
    results: data.shots.map((shots) => ({
      heading: perClass(shots),
      rows: [
        ...data.groups.filter((group) => group.shots === shots).map(groupRow),
        ...data.published.filter((result) => result.shots === shots).map(publishedRow),
      ],
    })),
    arms: data.arms,
    has2021: data.target !== undefined,
    settings: data.settings.map(({ reproduction2021 = 'not stated', ...row }) => ({
      ...row,
      reproduction2021,
    })),
    limits: data.limits,
    sources:
      data.target === undefined
        ? []
        : [
            { label: 'The paper', source: data.target.figure6.source },
            { label: 'Reproduction of 2021', source: data.target.reproduction2021.source },
          ],
    missing: data.missing.map(({ reason = 'not run yet', ...run }) => ({ ...run, reason })),
    provenance: data.provenance.map(({ label, values }) => ({
      label,
      values: values.map(({ value, runs }) => ({
        value: values.length === 1 ? value : `${value} (${countOf(runs.length, 'run')})`,
      })),
    })),
    hasEffort: effort !== undefined,
    effort: effort ?? {},
    runs: runsOf(data).map((run) => ({ ...run, digits: measured })),
    subsets: subsetsOf(data),
    machineUses: machineUses(runsOf(data)),
    gpuUses: gpuUses(runsOf(data)),
    generatedAt: data.generatedAt,
  };
}

function claimOf({ published }: ReportData): string {
  const paper = published.filter(({ source }) => source === 'paper');
  const models = [...new Set(paper.map(({ model }) => model))];
  return models
    .map((model) => {
      const medians = paper
        .filter((result) => result.model === model)
        .map(
          ({ shots, headline, uncertainty }) =>
            `${headline.top1.toFixed(digitised)} % (±${uncertainty?.markers ?? 0}) with ${perClass(shots)}`,
        );
      return `Fine-tuned on CIFAR-10, ${model} reaches a median top-1 accuracy of ${listOf(medians)}.`;
    })
    .join(' ');
}

function warningOf({ groups, target }: ReportData): string {
  const others = [
    ...new Set(groups.filter(({ place }) => place === undefined).map(({ network }) => network)),
  ];
  if (others.length === 0 || target === undefined) return '';
  return `Runs of ${others.join(' and of ')} are not runs of ${target.reproduction2021.model} with its published weights: they say nothing for or against the paper’s claim.`;
}

function altOf({ groups, published }: ReportData): string {
  const ours = groups.map(
    ({ arm, network, shots, runs, summary }) =>
      `${arm} (${network}), ${perClass(shots)}: ${
        summary === undefined
          ? 'no run yet'
          : `median ${summary.median.toFixed(measured)} % of ${countOf(runs.length, 'run')}`
      }`,
  );
  const theirs = published.map(
    ({ source, model, shots, headline }) =>
      `${sourceName(source)} (${model}), ${perClass(shots)}: ${headline.reducer} ${headline.top1.toFixed(digitsOf(source))} %`,
  );
  return `Top-1 accuracy on CIFAR-10. ${[...ours, ...theirs].join('; ')}.`;
}

function groupRow({ arm, network, seeds, runs, summary }: ReportedGroup): object {
  return {
    who: arm,
    network,
    isOurs: true,
    digits: measured,
    n: runs.length,
    each: seeds.map((seed) => runs.find((run) => run.seed === seed)?.top1 ?? null),
    ...numbersOf(summary),
  };
}

function publishedRow({ source, model, runs, summary, headline }: PublishedResult): object {
  return {
    who: sourceName(source),
    network: model,
    isOurs: false,
    digits: digitsOf(source),
    n: runs.length === 0 ? '–' : runs.length,
    each: runs.map(({ top1 }) => top1),
    ...numbersOf(summary),
    [headline.reducer]: headline.top1,
  };
}

const numbersOf = (summary: Summary | undefined): object => ({
  median: summary?.median ?? null,
  mean: summary?.mean ?? null,
  standardDeviation: summary?.standardDeviation ?? null,
  min: summary?.min ?? null,
  max: summary?.max ?? null,
});

const digitsOf = (source: PublishedResult['source']): number => (source === 'paper' ? digitised : measured);

const sourceName = (source: PublishedResult['source']): string =>
  source === 'paper' ? 'Paper, Figure 6' : 'Reproduction of 2021';

/** The training images of the runs; arms share those of a seed. */
function subsetsOf(data: ReportData): object[] {
  const subsets = new Map<string, { shots: number; seed: number; images: string; runs: number }>();
  for (const { shots, seed, subset } of runsOf(data)) {
    const images = cifar10Classes
      .map((name, label) => {
        const own = subset.indices.filter((_, position) => subset.labels[position] === label);
        return `${name} ${own.join(', ')}`;
      })
      .join('; ');
    const key = JSON.stringify([shots, seed, images]);
    subsets.set(key, { shots, seed, images, runs: (subsets.get(key)?.runs ?? 0) + 1 });
  }
  return [...subsets.values()];
}

const runsOf = ({ groups }: ReportData): ReportedRun[] => groups.flatMap(({ runs }) => runs);

const seedsOf = ({ groups }: ReportData): number[] => [...new Set(groups.flatMap(({ seeds }) => seeds))];

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const listOf = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
