import type { Verdict } from '@bit-repro/metrics';
import { perClass } from '../comparison.ts';
import { plainCell, type Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { tableView } from '../table.ts';
import type { JudgedRuns } from '../verdicts.ts';
import { mostNamed } from './lead.ts';
import { leastMarginsTable, numbersOf, printedTable, verdictsTable } from './verdictTables.ts';
import { countOf, listOf } from './words.ts';

/** The verdict on every published value that our runs are of, the controls, and the rule that they were judged by. */
export function verdictView(data: ReportData, ledger: Ledger): object {
  const { rule, target } = data;
  if (rule === undefined || target === undefined) {
    return { leadVerdicts: [], verdictCounts: '', judgedCount: '', verdicts: null, rule: '' };
  }
  const ours = data.verdicts.filter(({ who }) => 'arm' in who);
  const isLong = ours.length > 2 * mostNamed;
  return {
    /** Above the figure; of many only how many there are of each kind. */
    leadVerdicts: isLong ? [] : ours.map((judged) => notice(judged, rule.alpha, ledger)),
    verdictCounts: isLong ? countsOf(ours) : '',
    judgedCount: judgedCount(data, ours),
    verdicts: tableView(verdictsTable(data, rule.alpha, ledger)),
    leastMargins: tableView(leastMarginsTable(data, rule, ledger)),
    printed: target.claims.statistic === 'median' ? tableView(printedTable(data, ledger)) : null,
    rule: ruleInWords(data, rule),
    statistic: target.claims.statistic,
  };
}

/** Level of the F test by which a spread is called another than the paper's. */
const spreadAlpha = 0.05;

/** How a notice of a verdict looks. */
const kinds: Record<Verdict, string> = { reproduced: ' good', 'not reproduced': ' bad', inconclusive: '' };

function notice(judged: JudgedRuns, alpha: number, ledger: Ledger): object {
  const { who, model, shots, n, judgement, nextLook, waiting, allowed, earlier } = judged;
  const number = numbersOf(judged, alpha, ledger);
  const isJudged = judgement !== undefined;
  const cell = (...asked: Parameters<typeof number>) => (isJudged ? number(...asked) : plainCell());
  const { verdict = 'inconclusive', byRanks } = judgement ?? {};
  const hasOtherRanks = byRanks !== undefined && byRanks.verdict !== verdict;
  return {
    heading: perClass(shots),
    who: 'arm' in who ? who.arm : '',
    model,
    kind: kinds[verdict],
    isJudged,
    verdict: cell('verdict', 'verdict'),
    difference: cell('difference', 'signed-tenths'),
    low: cell('difference-low', 'signed-tenths'),
    high: cell('difference-high', 'signed-tenths'),
    n: cell('n', 'count'),
    attained: cell('attained-margin', 'margin'),
    margin: cell('margin', 'margin'),
    hasOtherRanks,
    // Only where it is shown: the page has to show every number of the ledger.
    byRanks: hasOtherRanks ? cell('verdict-by-ranks', 'verdict') : plainCell(),
    otherSpread: otherSpread(judged, alpha, ledger),
    earlier: earlier.map(({ n: look, of: then }) => ({
      look,
      verdict: ledger.number({ reducer: 'verdict', of: then, claim: { model, shots }, alpha }, 'verdict'),
    })),
    next: nextLookInWords(verdict, { n, nextLook, waiting }),
    allowed: listOf(allowed),
  };
}

/** The spreads where they differ by more than chance explains; null where they do not, or cannot be told apart. */
function otherSpread(judged: JudgedRuns, alpha: number, ledger: Ledger): object | null {
  const { of, model, shots, judgement } = judged;
  const { target } = ledger.source;
  const difference = judgement?.difference;
  if (target === undefined || difference?.kind !== 'interval') return null;
  if ((difference.equalSpreadP ?? 1) > spreadAlpha) return null;
  const published = { published: target.claims.source, model, shots };
  return {
    ours: ledger.number({ reducer: 'standard-deviation', of }, 'tenths'),
    published: ledger.number({ reducer: 'standard-deviation', of: published }, 'tenths'),
    p: numbersOf(judged, alpha, ledger)('equal-spread-p', 'probability'),
  };
}

function nextLookInWords(
  verdict: Verdict,
  { n, nextLook, waiting }: Pick<JudgedRuns, 'n' | 'waiting'> & { nextLook: number | undefined },
): string {
  const finished = n + waiting;
  if (nextLook === undefined) {
    const rest =
      waiting === 0 ? '' : ` ${countOf(waiting, 'later run')} ${waiting === 1 ? 'is' : 'are'} not judged.`;
    return verdict === 'inconclusive' ? `This was the last look.${rest}` : rest.trim();
  }
  if (verdict !== 'inconclusive' && waiting === 0) return '';
  const more = nextLook - finished;
  const at = `The ${n === 0 ? 'first' : 'next'} look is at ${nextLook} seeds`;
  if (more <= 0) return `${at}: one of the first seeds of the plan is missing.`;
  return `${at}: ${more} more${waiting === 0 ? '' : `; ${countOf(waiting, 'finished run')} ${waiting === 1 ? 'waits' : 'wait'} for it`}.`;
}

function countsOf(ours: readonly JudgedRuns[]): string {
  const counts = (['reproduced', 'not reproduced', 'inconclusive'] satisfies Verdict[]).map((verdict) => {
    const found = ours.filter(({ judgement }) => (judgement?.verdict ?? 'inconclusive') === verdict);
    return `${found.length} ${verdict}`;
  });
  return counts.join(', ');
}

/** How many published values there are, how many were judged, and why arms were not. */
function judgedCount({ groups, target }: ReportData, ours: readonly JudgedRuns[]): string {
  const { title, results, statistic } = target!.claims;
  const judged = new Set(ours.map(({ model, shots }) => `${model} ${shots}`)).size;
  const others = new Map(
    groups.flatMap(({ arm, claimedModel, deviations }) =>
      claimedModel !== undefined && deviations.length > 0 ? [[arm, deviations] as const] : [],
    ),
  );
  const why = [...others].map(([arm, deviations]) => `${arm} has another ${listOf(deviations)}`);
  const count = `Of the ${results.length} ${statistic}s in ${title}, ${judged === 0 ? 'none was' : judged === 1 ? '1 was' : `${judged} were`} judged.`;
  return why.length === 0 ? count : `${count} Only runs of the paper’s recipe are judged: ${why.join('; ')}.`;
}

function ruleInWords({ groups }: ReportData, rule: NonNullable<ReportData['rule']>): string {
  const margins = rule.margins
    .map(({ shots, points }) => `±${points} points with ${perClass(shots)}`)
    .join(', ');
  const level = Number((100 * (1 - 2 * rule.alpha)).toFixed(6));
  const looks = rule.looks.map(String);
  const total = groups.reduce((sum, { runs }) => sum + runs.length, 0);
  return [
    `The difference is the mean of the runs less the mean of the published runs (or the published value, where these are not known). Its interval carries the uncertainty of both, and of the reading. Reproduced: all of the interval lies within the margin (${margins}). Not reproduced: all of it lies outside. Inconclusive: neither; the runs still show agreement to within the number given.`,
    `Runs are judged at ${listOf(looks)} seeds, those in between wait for the next look; each interval is one of ${level} %, so that looking ${looks.length === 1 ? 'once' : 'more than once'} keeps the error at about one in twenty. The interval assumes normal runs. It is Student’s, which pools all of them, or where an F test at 0.2 rejects one spread, the wider of Student’s and Welch’s. The one by ranks (Hodges and Lehmann) assumes any one shape for both sides, and stands beside it as a check.`,
    ...begunInWords(total, rule.begunUnder),
  ].join(' ');
}

function begunInWords(total: number, begun: { rule: number; target: number }): string[] {
  if (total === 0) return [];
  const all = total === 1 ? 'the run was' : `all ${total} runs were`;
  const some = (count: number): string => `${count} of the ${total} runs were`;
  return [
    begun.rule === total
      ? `The rule stood in the config when ${all} begun.`
      : `The rule stood in the config when ${some(begun.rule)} begun; for the others it was another, or came later.`,
    begun.target === total
      ? `The published numbers were these when ${all} begun.`
      : `The published numbers were these when ${some(begun.target)} begun; for the others they were other ones, or were not recorded.`,
  ];
}
