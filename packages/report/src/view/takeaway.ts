import type { Verdict } from '@bit-repro/metrics';
import { differenceLevel, sampleOf, type Comparison } from '../armComparisons.ts';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { pieceView, type Piece } from '../table.ts';
import { taskInProse, type Task } from '../task.ts';
import type { JudgedRuns } from '../verdicts.ts';
import { bestArmsInWords } from './bestArm.ts';
import { warningOf } from './lead.ts';
import { listOfPieces, means } from './means.ts';
import { numbersOf } from './verdictTables.ts';
import { capitalised, countOf, listOf } from './words.ts';

/** The one thing to take away from a report: a few words, and a sentence made from its numbers. */
interface Takeaway {
  label: string;
  /** How it looks: as good, bad, or the answer to a question. */
  kind: '' | ' good' | ' bad' | ' answer';
  sentence: Piece[];
}

/** The most results that the sentence names one by one. */
const mostSaid = 3;

/** What stands first in a report, and the warning that the runs are no test of the paper, where that is not in it. */
export function takeawayView(data: ReportData, ledger: Ledger): object {
  const { label, kind, sentence } = takeawayOf(data, ledger);
  return {
    takeaway: { label, kind, sentence: sentence.map(pieceView) },
    warning: label === notApplicable ? '' : warningOf(data),
  };
}

const notApplicable = 'Verdict on the paper: not applicable.';

function takeawayOf(data: ReportData, ledger: Ledger): Takeaway {
  const { groups, planned, tasks, networks, comparisons, verdicts, target } = data;
  const finished = groups.filter(({ runs }) => runs.length > 0);
  if (finished.length === 0) {
    const none = `None of the ${countOf(planned, 'run')} is finished.`;
    return { label: 'No result yet.', kind: '', sentence: [none] };
  }
  const best = bestArmsInWords(data, ledger);
  if (best.length > 0)
    return { label: `The best of ${countOf(data.arms.length, 'arm')}.`, kind: ' answer', sentence: best };
  if (networks.length === 1 && comparisons.length > 0) return answerOf(data, ledger);
  const ours = verdicts.filter(({ who }) => 'arm' in who);
  if (ours.some(({ judgement }) => judgement !== undefined)) return verdictOn(ours, data, ledger);
  const reached = [...means(finished, tasks, ledger), '.'];
  if (ours.length > 0) {
    const looks = ours.flatMap(({ nextLook }) => nextLook ?? []);
    const first = ` The first look at the verdict is at ${Math.min(...looks)} seeds.`;
    return { label: 'Not judged yet.', kind: '', sentence: [...reached, first] };
  }
  const warning = warningOf(data);
  if (warning !== '') return { label: notApplicable, kind: '', sentence: [...reached, ` ${warning}`] };
  return { label: target === undefined ? 'Result.' : 'No verdict.', kind: '', sentence: reached };
}

/** What the runs say of the published results. */
function verdictOn(ours: readonly JudgedRuns[], data: ReportData, ledger: Ledger): Takeaway {
  const judged = ours.filter(({ judgement }) => judgement !== undefined);
  const found = (verdict: Verdict): JudgedRuns[] =>
    judged.filter(({ judgement }) => judgement!.verdict === verdict);
  const [good, bad, open] = [found('reproduced'), found('not reproduced'), found('inconclusive')];
  const kind = good.length === ours.length ? ' good' : bad.length > 0 ? ' bad' : '';
  const hasSeveralNetworks = new Set(ours.map(({ model }) => model)).size > 1;
  if (ours.length > mostSaid || hasSeveralNetworks) {
    const counts = `${good.length} reproduced, ${bad.length} not reproduced, ${open.length + ours.length - judged.length} inconclusive`;
    return {
      label: `Of the published numbers: ${counts}.`,
      kind,
      sentence: [
        `The means of ${countOf(judged.length, 'set')} of runs were held to the published results, each within its margin.`,
      ],
    };
  }
  const waiting = ours.filter(({ judgement }) => judgement === undefined);
  const label = labelOf(data.tasks, [
    ['reproduced', good],
    ['not reproduced', bad],
    ['inconclusive', open],
    ['not judged yet', waiting],
  ]);
  const sentence = listOfPieces(
    judged.map((one, index) => differenceOf(one, judged[index - 1], data, ledger)),
  );
  return { label, kind, sentence: [...sentence, '.'] };
}

/** What was found at which tasks: "Reproduced.", or "Reproduced with 5 examples per class; inconclusive with 1 example per class." */
function labelOf(tasks: readonly Task[], found: readonly [word: string, at: readonly Task[]][]): string {
  const there = found.filter(([, at]) => at.length > 0);
  const parts = there.map(([word, at]) =>
    there.length === 1 ? word : `${word} ${listOf(at.map((task) => taskInProse(task, tasks)))}`,
  );
  return `${capitalised(parts.join('; '))}.`;
}

/** "The mean of BiT-M-R50x3 is 1.8 points above the published mean with 1 example per class (95.2 % interval …)". */
function differenceOf(
  judged: JudgedRuns,
  before: JudgedRuns | undefined,
  data: ReportData,
  ledger: Ledger,
): Piece[] {
  const { alpha } = data.rule!;
  const number = numbersOf(judged, alpha, ledger);
  const { model, judgement } = judged;
  const difference = judgement!.difference;
  const begin = before === undefined ? `The mean of ${model} is ` : '';
  const where = ` ${taskInProse(judged, data.tasks)}`;
  if (difference.kind === 'refused')
    return [`${begin}not judged by an interval${where}, as ${difference.reason}`];
  const theirs = before !== undefined && theirsOf(before) === theirsOf(judged) ? 'it' : theirsOf(judged);
  const level = Number((100 * (1 - 2 * alpha)).toFixed(6));
  return [
    begin,
    number('difference', 'distance-tenths'),
    ` points ${difference.value < 0 ? 'below' : 'above'} ${theirs}${where} (${level} % interval `,
    number('difference-low', 'signed-tenths'),
    ' to ',
    number('difference-high', 'signed-tenths'),
    ', margin ',
    number('margin', 'margin'),
    ')',
  ];
}

const theirsOf = ({ claim: { runs, statistic } }: JudgedRuns): string =>
  `the published ${runs === undefined ? statistic : 'mean'}`;

/** What the arms say to the first question that they were asked. */
function answerOf({ comparisons, tasks }: ReportData, ledger: Ledger): Takeaway {
  const { title } = comparisons[0]!;
  const first = comparisons.filter((one) => one.title === title);
  const others = comparisons.filter((one) => one.title !== title);
  const different = others.filter(({ outcome }) => outcome !== 'undecided').length;
  const left = first.length - mostSaid;
  const having = (outcome: Comparison['outcome']): Comparison[] =>
    first.filter((one) => one.outcome === outcome);
  return {
    label: labelOf(tasks, [
      ['higher accuracy', having('higher')],
      ['lower accuracy', having('lower')],
      ['no difference shown', having('undecided')],
    ]),
    kind: ' answer',
    sentence: [
      `${title} `,
      ...listOfPieces(
        first.slice(0, mostSaid).map((one, index) => effectOf(one, first[index - 1], tasks, ledger)),
      ),
      '.',
      ...[...new Set(first.flatMap(({ tooFew }) => tooFew ?? []))].map((reason) => ` ${reason}.`),
      ...(left > 0
        ? [` ${countOf(left, 'more task')} of the same question ${left === 1 ? 'is' : 'are'} below.`]
        : []),
      ...(others.length === 0
        ? []
        : [
            ` Of ${countOf(others.length, 'other comparison')}, ${different === 0 ? 'none shows' : different === 1 ? '1 shows' : `${different} show`} a difference.`,
          ]),
    ],
  };
}

const verbs: Record<Comparison['outcome'], string> = {
  higher: 'raises',
  lower: 'lowers',
  undecided: 'changes',
};

/** "lowers top-1 accuracy by 0.69 points with 1 example per class (95 % interval −0.73 to −0.65)". */
function effectOf(
  comparison: Comparison,
  before: Comparison | undefined,
  tasks: readonly Task[],
  ledger: Ledger,
): Piece[] {
  const of = sampleOf(comparison);
  const { outcome, interval } = comparison;
  const level = differenceLevel;
  const where = ` points ${taskInProse(comparison, tasks)}`;
  const verb =
    before?.outcome === outcome ? '' : `${verbs[outcome]} ${before === undefined ? 'top-1 accuracy' : 'it'} `;
  return [
    `${verb}by `,
    ledger.number({ reducer: 'mean', of }, outcome === 'undecided' ? 'signed' : 'distance'),
    `${where}${outcome === 'undecided' ? ', which may be chance' : ''}`,
    ...(interval === undefined
      ? []
      : [
          ` (${100 * level} % interval `,
          ledger.number({ reducer: 'mean-t-low', of, level }, 'signed'),
          ' to ',
          ledger.number({ reducer: 'mean-t-high', of, level }, 'signed'),
          ')',
        ]),
  ];
}
