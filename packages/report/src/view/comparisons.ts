import { mannWhitneyMethod, signFlipMethod } from '@bit-repro/metrics';
import { differenceAlpha, differenceLevel as level, sampleOf, type Comparison } from '../armComparisons.ts';
import type { Derivation } from '../derivation.ts';
import type { Cell, Format, Ledger } from '../ledger.ts';
import type { PublishedResult } from '../published.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedGroup } from '../reportedRuns.ts';
import { numbers, listed, range, type Row, type Table } from '../table.ts';
import { isSameTask, taskInWords, type Task } from '../task.ts';
import { countOf } from './words.ts';

/** Kinds of comparisons in their order, with what stands above them where there are several. */
const headings: Record<Comparison['kind'], string> = {
  pair: 'One arm instead of another',
  simple: 'One setting changed, the others fixed',
  main: 'One setting changed, averaged over the others',
  interaction: 'How much an effect changes with the other setting',
};

/** Arms compared seed by seed. */
export function comparisonsTable({ comparisons, tasks }: ReportData, ledger: Ledger): Table {
  const kinds = (Object.keys(headings) as Comparison['kind'][]).filter((kind) =>
    comparisons.some((comparison) => comparison.kind === kind),
  );
  return {
    label: 'Comparison of the arms',
    columns: [
      { title: 'Compared', aside: 'Arms' },
      { title: 'Shots' },
      { title: 'Mean', kind: 'key' },
      ...numbers('95 %'),
      { title: 'Outcome' },
      ...numbers('p', 'Corrected'),
      { title: 'Each seed', kind: 'each' },
    ],
    groups: kinds.map((kind) => {
      const found = comparisons.filter((comparison) => comparison.kind === kind);
      const together = countOf(found[0]!.correctedFor, kind === 'pair' ? 'comparison' : 'effect');
      return {
        ...(kinds.length > 1 && { heading: `${headings[kind]}; p corrected for ${together}` }),
        rows: found.map((comparison) => comparisonRow(comparison, tasks, ledger)),
      };
    }),
  };
}

function comparisonRow(comparison: Comparison, tasks: readonly Task[], ledger: Ledger): Row {
  const { kind, title, terms, seeds, tooFew } = comparison;
  const number = (reducer: Derivation['reducer'], format: Format, more: object = {}): Cell =>
    ledger.number({ reducer, of: sampleOf(comparison), ...more }, format);
  const each = seeds.map((seed) =>
    ledger.number({ reducer: 'mean', of: sampleOf({ terms, seeds: [seed] }) }, 'signed'),
  );
  const alpha = { alpha: differenceAlpha };
  const outcome = number('outcome', 'outcome', alpha);
  return {
    aside: kind === 'pair' || kind === 'simple' ? `${terms[0]!.arm} less ${terms[1]!.arm}` : '',
    cells: [
      title,
      taskInWords(comparison, tasks),
      number('mean', 'signed'),
      range(number('mean-t-low', 'signed', { level }), number('mean-t-high', 'signed', { level }), ' to '),
      tooFew === undefined ? outcome : [outcome, { soft: tooFew }],
      number('sign-flip-p', 'probability', alpha),
      number('sign-flip-p-after-holm', 'probability', alpha),
      listed(each),
    ],
  };
}

/** What the table shows, and how its p-values were found. */
export function comparisonsIntro({ comparisons }: ReportData): string {
  const tested = methodInWords(
    'sign-flip test',
    comparisons.map(({ seeds }) => signFlipMethod(seeds.length)),
  );
  const corrected =
    comparisons.length === 1
      ? 'There is nothing else to correct it for'
      : `Corrected is after Holm, for ${familiesInWords(comparisons)}`;
  return `A seed trains every arm on the same images, so differences are taken within seeds, in points of top-1 accuracy. p is that of the ${tested}. ${corrected}; where that is at most ${differenceAlpha}, the outcome is higher or lower, else undecided. The interval is Student’s, of the mean difference, and not corrected.`;
}

/** What p-values are corrected for. */
export function familiesInWords(comparisons: readonly Comparison[]): string {
  const pairs = comparisons.filter(({ kind }) => kind === 'pair').length;
  const effects = comparisons.length - pairs;
  return pairs === 0 || effects === 0
    ? `the ${countOf(comparisons.length, 'comparison')} of this report`
    : `the ${countOf(pairs, 'comparison')} of two arms and, separately, for the ${countOf(effects, 'effect')} of settings`;
}

/** How p was found in the tests against the runs of others. */
export const othersMethod = ({ groups, published }: ReportData): string =>
  methodInWords(
    'Mann-Whitney test',
    againstOthers({ groups, published }).map(([{ runs }, result]) =>
      mannWhitneyMethod(runs.length + result.runs.length),
    ),
  );

/** Only what was counted out is exact. */
function methodInWords(test: string, methods: readonly ('exact' | 'normal')[]): string {
  if (!methods.includes('normal')) return `exact ${test}, two-sided`;
  return methods.includes('exact')
    ? `${test}, two-sided, exact for few runs and by a normal approximation for many`
    : `${test}, two-sided, by a normal approximation`;
}

/** Our runs against those of others, by a test that asks only which tend to be larger. */
export const othersTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Tests against others',
  columns: [{ title: 'Runs' }, { title: 'Against' }, { title: 'Shots' }, { title: 'p', kind: 'number' }],
  groups: [
    {
      rows: againstOthers(data).map(([{ arm, runs }, { source, model, dataset, shots, title }]): Row => {
        const p = ledger.number(
          {
            reducer: 'mann-whitney-p',
            of: { runs: runs.map(({ id }) => id) },
            against: { published: source, model, dataset, shots },
            alpha: differenceAlpha,
          },
          'probability',
        );
        return { cells: [arm, title, taskInWords({ dataset, shots }, data.tasks), p] };
      }),
    },
  ],
});

/** Our runs of a published network, each with those of others at the same task. */
const againstOthers = ({
  groups,
  published,
}: Pick<ReportData, 'groups' | 'published'>): [ReportedGroup, PublishedResult][] =>
  groups.flatMap((group) =>
    published.flatMap((result): [ReportedGroup, PublishedResult][] => {
      const isSame = isSameTask(result, group) && result.model === group.claimedModel;
      return isSame && group.runs.length > 0 && result.runs.length > 0 ? [[group, result]] : [];
    }),
  );
