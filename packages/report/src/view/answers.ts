import { differenceAlpha, differenceLevel as level, sampleOf, type Comparison } from '../armComparisons.ts';
import { type Cell, type Ledger, plainCell } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { taskInProse } from '../task.ts';
import { isSearch } from './bestArm.ts';
import { familiesInWords } from './comparisons.ts';
import { mostNamed } from './lead.ts';
import { countOf } from './words.ts';

/** A question to the arms, and what was found at its tasks. */
export interface Answer<Found> {
  title: string;
  found: Found[];
}

/** The first questions of a report, each with its first tasks. */
export function firstAnswers<Found extends { title: string }>(
  comparisons: readonly Found[],
): Answer<Found>[] {
  const titles = [...new Set(comparisons.map(({ title }) => title))];
  return titles.slice(0, mostNamed).map((title) => ({
    title,
    found: comparisons.filter((comparison) => comparison.title === title).slice(0, mostNamed),
  }));
}

/** What the arms show: a sentence for each of the first questions, and by which rule. */
export function answersView(data: ReportData, ledger: Ledger): object {
  const { comparisons, networks, tasks } = data;
  const answers = firstAnswers(comparisons);
  const left = comparisons.length - answers.reduce((sum, { found }) => sum + found.length, 0);
  return {
    /** To the first question about the arms of one network the takeaway is the answer, unless it names the best of them. */
    answers: answers.slice(networks.length === 1 && !isSearch(data) ? 1 : 0).map(({ title, found }) => ({
      title,
      found: found.map((comparison, index) => ({
        ...numbersOf(comparison, ledger),
        where: taskInProse(comparison, tasks),
        ending: index === found.length - 1 ? '.' : ';',
      })),
    })),
    answersRule: ruleInWords(comparisons),
    moreAnswers: left === 0 ? '' : `${countOf(left, 'more comparison')} under`,
  };
}

function numbersOf(comparison: Comparison, ledger: Ledger): object {
  const of = sampleOf(comparison);
  const bound = (reducer: 'mean-t-low' | 'mean-t-high'): Cell =>
    comparison.interval === undefined ? plainCell() : ledger.number({ reducer, of, level }, 'signed');
  return {
    mean: ledger.number({ reducer: 'mean', of }, 'signed'),
    hasInterval: comparison.interval !== undefined,
    low: bound('mean-t-low'),
    high: bound('mean-t-high'),
    outcome: ledger.number({ reducer: 'outcome', of, alpha: differenceAlpha }, 'outcome'),
  };
}

function ruleInWords(comparisons: readonly Comparison[]): string {
  const reasons = [...new Set(comparisons.flatMap(({ tooFew }) => tooFew ?? []))];
  const corrected = comparisons.length > 1 ? `, corrected for ${familiesInWords(comparisons)},` : '';
  return `Differences of top-1 accuracy in points, seed by seed, with their 95 % interval. Higher and lower mean that the p of the sign-flip test${corrected} is at most ${differenceAlpha}.${reasons.map((reason) => ` ${reason}.`).join('')}`;
}
