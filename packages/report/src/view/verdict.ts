import { datasetTitle } from '@bit-repro/data';
import { datasetOf } from '@bit-repro/experiment';
import type { Verdict } from '@bit-repro/metrics';
import { plainCell, type Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { tableView } from '../table.ts';
import { perClass, taskInWords, type Task } from '../task.ts';
import type { JudgedRuns } from '../verdicts.ts';
import { mostNamed } from './lead.ts';
import { leastMarginsTable, numbersOf, printedTable, verdictsTable } from './verdictTables.ts';
import { armOf, countOf, listOf } from './words.ts';

/** The verdict on every published value that our runs are of, the controls, and the rule that they were judged by. */
export function verdictView(data: ReportData, ledger: Ledger): object {
  const { rule, target } = data;
  if (rule === undefined || target === undefined) {
    return {
      isJudged: false,
      notices: [],
      begunNotice: '',
      judgedCount: '',
      verdicts: null,
      rule: [],
    };
  }
  const ours = data.verdicts.filter(({ who }) => 'arm' in who);
  const verdicts = tableView(verdictsTable(data, rule.alpha, ledger));
  return {
    isJudged: ours.length > 0 || verdicts !== null,
    /** Of many the table says enough. */
    notices:
      ours.length > 2 * mostNamed ? [] : ours.map((judged) => notice(judged, data.tasks, rule.alpha, ledger)),
    begunNotice: begunNotice(rule),
    judgedCount: judgedCount(data, ours),
    verdicts,
    leastMargins: tableView(leastMarginsTable(data, rule, ledger)),
    printed: target.claims.statistic === 'median' ? tableView(printedTable(data, ledger)) : null,
    rule: ruleInWords(data, rule),
  };
}

/** Level of the F test by which a spread is called another than the paper's. */
const spreadAlpha = 0.05;

/** How a notice of a verdict looks. */
const kinds: Record<Verdict, string> = { reproduced: ' good', 'not reproduced': ' bad', inconclusive: '' };

function notice(judged: JudgedRuns, tasks: readonly Task[], alpha: number, ledger: Ledger): object {
  const { who, model, dataset, shots, n, judgement, nextLook, waiting, allowed, earlier } = judged;
  const number = numbersOf(judged, alpha, ledger);
  const isJudged = judgement !== undefined;
  const { verdict = 'inconclusive', byRanks, difference } = judgement ?? {};
  // Only where it is shown: the page has to show every number of the ledger.
  const cell = (...asked: Parameters<typeof number>) =>
    difference?.kind === 'interval' ? number(...asked) : plainCell();
  const hasOtherRanks = byRanks !== undefined && byRanks.verdict !== verdict;
  return {
    heading: taskInWords(judged, tasks),
    who: 'arm' in who ? armOf(who.arm, model) : '',
    kind: kinds[verdict],
    isJudged,
    refusal: difference?.kind === 'refused' ? difference.reason : '',
    /** Of what was not reproduced: the runs differ by at least this. */
    differs: verdict === 'not reproduced' ? cell('least-difference', 'tenths') : null,
    theirs:
      judged.claim.runs === undefined
        ? `the published ${judged.claim.statistic}`
        : 'the mean of the published runs',
    allowed: listOf(allowed),
    verdict: isJudged ? number('verdict', 'verdict') : plainCell(),
    difference: cell('difference', 'signed-tenths'),
    low: cell('difference-low', 'signed-tenths'),
    high: cell('difference-high', 'signed-tenths'),
    n: cell('n', 'count'),
    attained: verdict === 'not reproduced' ? null : cell('attained-margin', 'margin'),
    margin: cell('margin', 'margin'),
    hasOtherRanks,
    byRanks: hasOtherRanks ? cell('verdict-by-ranks', 'verdict') : plainCell(),
    otherSpread: otherSpread(judged, alpha, ledger),
    earlier: earlier.map(({ n: look, of: then }) => ({
      look,
      verdict: ledger.number(
        { reducer: 'verdict', of: then, claim: { model, dataset, shots }, alpha },
        'verdict',
      ),
    })),
    next: nextLookInWords(verdict, { n, nextLook, waiting }),
  };
}

/** The spreads where they differ by more than chance explains; null where they do not, or cannot be told apart. */
function otherSpread(judged: JudgedRuns, alpha: number, ledger: Ledger): object | null {
  const { of, model, dataset, shots, judgement } = judged;
  const { target } = ledger.source;
  const difference = judgement?.difference;
  if (target === undefined || difference?.kind !== 'interval') return null;
  if ((difference.equalSpreadP ?? 1) > spreadAlpha) return null;
  const published = { published: target.claims.source, model, dataset, shots };
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

/** How many published values there are on the data sets of the report, how many were judged, and why arms were not. */
function judgedCount({ groups, target, datasets }: ReportData, ours: readonly JudgedRuns[]): string {
  const { claims } = target!;
  const { title, statistic } = claims;
  const results = claims.results.filter((result) =>
    datasets.some(({ name }) => name === datasetOf(result, claims)),
  );
  const judged = new Set(
    ours.flatMap(({ model, dataset, shots, judgement }) =>
      judgement === undefined ? [] : [`${model} ${dataset} ${shots}`],
    ),
  ).size;
  const others = new Map(
    groups.flatMap(({ arm, claimedModel, deviations }) =>
      claimedModel !== undefined && deviations.length > 0 ? [[arm, deviations] as const] : [],
    ),
  );
  const why = [...others].map(([arm, deviations]) => `${arm} has another ${listOf(deviations)}`);
  const count = `Of the ${results.length} results that ${title} gives as ${statistic}s, ${judged === 0 ? 'none was' : judged === 1 ? '1 was' : `${judged} were`} judged${judged === 0 ? '' : ', by the mean of the runs'}.`;
  return why.length === 0 ? count : `${count} Only runs of the paper’s recipe are judged: ${why.join('; ')}.`;
}

/** The rule, a sentence or two for each part of it. */
function ruleInWords({ verdicts }: ReportData, rule: NonNullable<ReportData['rule']>): string[] {
  const margins = rule.margins
    .map(
      ({ dataset, shots, points }) =>
        `±${points} points with ${perClass(shots)}${dataset === undefined ? '' : ` of ${datasetTitle(dataset)}`}`,
    )
    .join(', ');
  const level = Number((100 * (1 - 2 * rule.alpha)).toFixed(6));
  const looks = listOf(rule.looks.map(String));
  const isSpreadUnknown = verdicts.some(({ claim }) => claim.runs === undefined);
  return [
    `The difference is the mean of the runs less the mean of the published runs (or the published value, where these are not known). Its interval carries the uncertainty of both, and of the reading of the figure.`,
    `Reproduced: all of the interval lies within the margin (${margins}). Not reproduced: all of it lies outside. Inconclusive: neither. Whatever the margin, agreement is shown to within the end of the interval that is further from zero.`,
    `Runs are judged at ${looks} seeds; those in between wait for the next look. Each interval has a confidence of ${level} %. How often the rule is wrong about a claim, over all its looks, is what “npx harness simulate” shows.`,
    'The interval assumes normal runs. It is Student’s, which pools all of them, or where an F test at 0.2 rejects one spread, the wider of Student’s and Welch’s. The one by ranks (Hodges and Lehmann) assumes any one shape for both sides, and stands beside it as a check; it leaves the error of reading out, and five runs can hardly decide anything by it.',
    ...(isSpreadUnknown
      ? [
          'Where the single published runs are not known, our own spread stands for theirs, and nothing can be said by ranks.',
        ]
      : []),
    ...(rule.begunUnder.runs > 0 && begunNotice(rule) === ''
      ? [
          `This rule stood in the config, and these were the published numbers, when the ${countOf(rule.begunUnder.runs, 'run')} of ours that ${rule.begunUnder.runs === 1 ? 'is' : 'are'} judged ${rule.begunUnder.runs === 1 ? 'was' : 'were'} begun.`,
        ]
      : []),
  ];
}

/** A warning where runs were judged by what came after them. */
function begunNotice({ begunUnder: { runs, ...begun } }: NonNullable<ReportData['rule']>): string {
  const names = { rule: 'this rule and its margins', target: 'these published numbers' };
  const without = (['rule', 'target'] as const).flatMap((key) =>
    begun[key] === runs ? [] : [`${runs - begun[key]} without ${names[key]}`],
  );
  if (without.length === 0) return '';
  return `Of the ${countOf(runs, 'run')} that ${runs === 1 ? 'is' : 'are'} judged, there were begun ${listOf(without)}: these were others, came later or were not recorded.`;
}
