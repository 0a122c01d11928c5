import { mostRuns, verdicts, type Verdict } from '@bit-repro/metrics';
import { perClass } from '../comparison.ts';
import { plainCell, type Ledger } from '../ledger.ts';
import { numbers, range, tableView, type Table } from '../table.ts';
import type { ReportData } from '../reportData.ts';
import type { JudgedRuns } from '../verdicts.ts';
import { mostNamed } from './lead.ts';
import { countOf } from './words.ts';

/** The verdict on every published median that our runs are of, the controls, and the rule that they were judged by. */
export function verdictView(data: ReportData, ledger: Ledger): object {
  const { rule } = data;
  const rows =
    rule === undefined ? [] : data.verdicts.map((judged) => verdictRow(data, judged, rule.alpha, ledger));
  const ours = rows.filter(({ isOurs }) => isOurs);
  const isLong = ours.length > 2 * mostNamed;
  return {
    verdicts: tableView(verdictsTable(rows)),
    /** Above the figure; of many only how many there are of each kind. */
    leadVerdicts: isLong ? [] : ours,
    verdictCounts: isLong ? countsOf(ours) : '',
    rule: rule === undefined ? '' : ruleInWords(data, rule),
  };
}

/** How a notice of a verdict looks. */
const kinds: Record<Verdict, string> = { reproduced: ' good', 'not reproduced': ' bad', inconclusive: '' };

const countsOf = (rows: readonly { verdict: Verdict }[]): string =>
  verdicts.map((verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${verdict}`).join(', ');

function verdictRow(
  data: ReportData,
  { who, of, model, shots, n, judgement, runsNeeded }: JudgedRuns,
  alpha: number,
  ledger: Ledger,
) {
  const claim = { model, shots };
  const { verdict, interval } = judgement;
  const isOurs = 'arm' in who;
  const control = isOurs ? undefined : data.published.find(({ source }) => source === who.control);
  const format = control?.readingError === undefined ? 'measured' : 'digitised';
  const level = 1 - 2 * alpha;
  return {
    isOurs,
    who: isOurs ? who.arm : (control?.title ?? who.control),
    model,
    heading: perClass(shots),
    verdict,
    kind: kinds[verdict],
    n: ledger.number({ reducer: 'n', of }, 'count'),
    median: ledger.number({ reducer: 'median', of }, format),
    hasInterval: interval.kind === 'interval',
    refusal: interval.kind === 'refused' ? interval.reason : '',
    low:
      interval.kind === 'interval'
        ? ledger.number({ reducer: 'median-order-low', of, level }, format)
        : plainCell(),
    high:
      interval.kind === 'interval'
        ? ledger.number({ reducer: 'median-order-high', of, level }, format)
        : plainCell(),
    marginLow: ledger.number({ reducer: 'margin-low', of, claim }, 'digitised'),
    marginHigh: ledger.number({ reducer: 'margin-high', of, claim }, 'digitised'),
    pEquivalence: ledger.number({ reducer: 'equivalence-p', of, claim, alpha }, 'probability'),
    pDifference: ledger.number({ reducer: 'difference-p', of, claim, alpha }, 'probability'),
    hasNeeded: runsNeeded !== undefined,
    needed:
      runsNeeded === undefined
        ? plainCell()
        : ledger.number({ reducer: 'runs-needed', of, claim, alpha }, 'count'),
    more: runsNeeded === undefined ? '' : countOf(runsNeeded - n, 'more seed'),
  };
}

/** Ours before the controls. */
const verdictsTable = (rows: readonly ReturnType<typeof verdictRow>[]): Table => ({
  label: 'Verdicts',
  columns: [
    { title: 'Whose runs', aside: 'Network and shots' },
    { title: 'n', kind: 'number' },
    { title: 'Median', kind: 'key' },
    ...numbers('Interval', 'Margin'),
    { title: 'Verdict' },
    ...numbers('p, within', 'p, outside', 'Runs needed'),
  ],
  groups: [
    {
      rows: [...rows.filter(({ isOurs }) => isOurs), ...rows.filter(({ isOurs }) => !isOurs)].map((row) => ({
        aside: `${row.model}, ${row.heading}`,
        isOurs: row.isOurs,
        cells: [
          row.who,
          row.n,
          row.median,
          row.hasInterval ? range(row.low, row.high) : { soft: row.refusal },
          range(row.marginLow, row.marginHigh),
          row.verdict,
          row.pEquivalence,
          row.pDifference,
          row.hasNeeded ? row.needed : '–',
        ],
      })),
    },
  ],
});

function ruleInWords({ groups }: ReportData, rule: NonNullable<ReportData['rule']>): string {
  const total = groups.reduce((sum, { runs }) => sum + runs.length, 0);
  const margins = rule.margins
    .map(({ shots, points }) => `±${points} points with ${perClass(shots)}`)
    .join(', ');
  const level = Number((100 * (1 - 2 * rule.alpha)).toFixed(6));
  const fixed =
    total === 0
      ? ''
      : rule.begunUnder === total
        ? ` The rule stood in the config when each of the ${total} runs was begun.`
        : ` The rule stood in the config when ${rule.begunUnder} of the ${total} runs were begun; for the others it came later.`;
  return `A published median counts as reproduced where the ${level} % interval of the runs’ median lies within the margin (${margins}), as not reproduced where all of it lies outside, and else the runs decide nothing. The error to which the figure was read counts against either verdict: margins are shown less it. The interval is that of two one-sided sign tests at level ${rule.alpha}: it assumes no distribution. Runs needed are those, in all, that would decide it with probability 0.8, were further runs to fall as these did; beyond ${mostRuns} none are named.${fixed}`;
}
