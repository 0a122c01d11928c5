import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { largest } from '@bit-repro/artifacts';
import type { VerdictRule } from '@bit-repro/experiment';
import {
  deviationInterval,
  leastMargin,
  operatingCharacteristics,
  summarise,
  type Claim,
  type Decided,
  type Scenario,
} from '@bit-repro/metrics';
import { tableLines, wrapped } from '@bit-repro/terminal';

interface Case {
  title: string;
  shape: Scenario['shape'];
  /** The true difference, in margins. */
  margins: number;
  /** Our standard deviation, in those of the published runs. */
  spread: number;
}

export const cases: readonly Case[] = [
  { title: 'no difference', shape: 'normal', margins: 0, spread: 1 },
  { title: 'difference = margin', shape: 'normal', margins: 1, spread: 1 },
  { title: 'difference = 2 margins', shape: 'normal', margins: 2, spread: 1 },
  { title: 'half SD, difference = margin', shape: 'normal', margins: 1, spread: 0.5 },
  { title: 'skewed, no difference', shape: 'skewed', margins: 0, spread: 1 },
  { title: 'skewed, difference = margin', shape: 'skewed', margins: 1, spread: 1 },
  { title: 'skewed, half SD, = margin', shape: 'skewed', margins: 1, spread: 0.5 },
];

/** What was decided in a case at each look. */
export interface Outcome extends Case {
  decided: Decided[];
}

type SpreadClaim = Claim & Required<Pick<Claim, 'runs'>>;

/** Whether single runs tell how far runs spread. */
export const isSpreadKnown = (claim: Claim): claim is SpreadClaim =>
  claim.runs !== undefined && claim.runs.length > 1;

/** Carries the rule out, for published runs that spread as those known do. */
export function simulateCase(
  one: Case,
  claim: SpreadClaim,
  { alpha, looks }: Pick<VerdictRule, 'alpha' | 'looks'>,
  { replications, seed }: { replications: number; seed: number },
): Outcome {
  const generator = xoroshiro128plus(seed);
  const { shape, margins, spread } = one;
  const difference = margins * claim.margin;
  const published = spreadOf(claim);
  const scenario = {
    claim,
    deviations: { ours: spread * published, published },
    shape,
    difference,
    alpha,
    looks,
  };
  const decided = operatingCharacteristics(scenario, replications, () => uniformFloat64(generator));
  return { ...one, decided };
}

/** The largest share of either answer over all looks where the difference is the margin itself. */
const errorAtMargin = (outcomes: readonly Outcome[], shape: Scenario['shape']): number =>
  largest(
    outcomes
      .filter((outcome) => outcome.shape === shape && Math.abs(outcome.margins) === 1)
      .flatMap(({ decided }) => decided)
      .flatMap(({ reproduced, notReproduced }) => [reproduced, notReproduced]),
  );

/** As many as a line has room for. */
const looksAcross = 4;

/** What was found of a claim, for reading. */
export function simulatedLines(
  claim: SpreadClaim,
  { alpha, looks }: Pick<VerdictRule, 'alpha' | 'looks'>,
  outcomes: readonly Outcome[],
): string[] {
  const standardDeviation = spreadOf(claim);
  const interval = deviationInterval(claim.runs, 0.95);
  const range =
    interval.kind === 'refused' ? '' : ` (95 %: ${interval.low.toFixed(1)} to ${interval.high.toFixed(1)})`;
  const limit = leastMargin(claim, { standardDeviation, runs: Infinity, alpha });
  const least = looks.map((runs) => {
    const margin = leastMargin(claim, { standardDeviation, runs, alpha });
    return `±${margin.toFixed(1)} at ${runs} seeds`;
  });
  const [normal, skewed] = (['normal', 'skewed'] as const).map((shape) =>
    errorAtMargin(outcomes, shape).toFixed(3),
  );
  const sentences = [
    `At the margin itself both answers are wrong. By the last look, each of them comes in at most ${normal!} of cases where runs are normal, in ${skewed!} where they are skewed.`,
    `An exact replica is shown to agree, in at least 7 of 10 cases at a single look, within ${least.join(', ')}, and ±${limit.toFixed(1)} without limit.`,
    ...(claim.margin < limit
      ? [
          `No number of seeds is likely to show agreement within ±${claim.margin}, as ${claim.n} runs are published.`,
        ]
      : []),
  ];
  return [
    `${claim.n} published runs of SD ${standardDeviation.toFixed(1)}${range}, read to ±${claim.readingError}`,
    '',
    ...tables(looks, outcomes),
    '',
    ...sentences.map((sentence) => wrapped(sentence)),
  ];
}

function tables(looks: readonly number[], outcomes: readonly Outcome[]): string[] {
  const firsts = looks.flatMap((_, index) => (index % looksAcross === 0 ? [index] : []));
  return firsts.flatMap((first) => {
    const across = <T>(all: readonly T[]): T[] => all.slice(first, first + looksAcross);
    const head = ['reproduced/not reproduced', ...across(looks).map((look) => `${look} seeds`)];
    const rows = outcomes.map(({ title, decided }) => [
      title,
      ...across(decided).map(
        ({ reproduced, notReproduced }) => `${reproduced.toFixed(3)}/${notReproduced.toFixed(3)}`,
      ),
    ]);
    return tableLines([head, ...rows], { right: [1, 2, 3, 4] });
  });
}

const spreadOf = ({ runs }: SpreadClaim): number => summarise(runs).standardDeviation ?? 0;
