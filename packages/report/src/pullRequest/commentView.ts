import { perClass } from '../comparison.ts';
import { written } from '../ledger.ts';
import { firstAnswers } from '../view/answers.ts';
import type { ReportSummary } from '../reportSummary.ts';
import { sameInWords, sameResults, type SameResults } from './sameResults.ts';

type Group = ReportSummary['groups'][number];

const percent = (value: number | undefined): string => written(value ?? null, 'measured');
const signed = (value: number): string => written(value, 'signed');
const points = (value: number): string => written(value, 'signed-tenths');

/** What the sections of a comment show. */
export function commentView(report: ReportSummary, base: ReportSummary | undefined): object {
  const { title, profile, planned, missing, groups, comparable, networks, published } = report;
  const allShots = [...new Set(groups.map(({ shots }) => shots))];
  return {
    title,
    profile: profile.name,
    planned,
    done: planned - missing.length,
    warning:
      comparable || published.length === 0
        ? ''
        : `The runs are of ${networks.join(' and of ')}: they say nothing for or against the paper’s claim.`,
    verdicts: report.verdicts.flatMap(({ who, model, shots, n, judgement, nextLook }) => {
      if (!('arm' in who)) return [];
      const { verdict = 'not judged yet', difference } = judgement ?? {};
      return [
        {
          who: who.arm,
          model,
          heading: perClass(shots),
          verdict,
          n,
          difference:
            difference === undefined
              ? ''
              : `${points(difference.value)} points [${points(difference.low)}, ${points(difference.high)}] from the paper`,
          nextLook: verdict === 'inconclusive' || judgement === undefined ? (nextLook ?? 0) : 0,
        },
      ];
    }),
    answers: firstAnswers(
      report.comparisons.flatMap(({ title, ...found }) => (title === undefined ? [] : [{ title, ...found }])),
    ).map(({ title, found }) => ({ title, found: found.map(foundInWords).join('; ') })),
    results: allShots.map((shots) => ({
      heading: perClass(shots),
      rows: [
        ...groups.filter((group) => group.shots === shots).map(groupRow),
        ...published
          .filter((result) => result.shots === shots)
          .map(({ source, title = source, model, headline }) => ({
            who: title,
            network: model,
            n: '–',
            median: headline.reducer === 'median' ? String(headline.top1) : '–',
            mean: headline.reducer === 'mean' ? percent(headline.top1) : '–',
            range: '–',
          })),
      ],
    })),
    hasBase: base !== undefined,
    same: base === undefined ? undefined : totalOf(groups, base.groups),
    changes: base === undefined ? [] : changesOf(groups, base.groups),
    changedSettings: base === undefined ? [] : changedSettings(report, base),
    comparisons: report.comparisons.map(
      ({ title, shots, seeds, mean, adjustedP, outcome = '–', tooFew }) => ({
        title: title ?? '–',
        shots,
        difference: mean === undefined ? '–' : signed(mean),
        seeds: seeds.length,
        p: written(adjustedP ?? null, 'probability'),
        outcome: tooFew === undefined ? outcome : `${outcome} (${tooFew})`,
      }),
    ),
    differing: report.settings.flatMap(({ setting, paper, arms }) =>
      arms.flatMap(({ value, differs }, index) =>
        differs ? [{ arm: report.arms[index]!, setting, paper, value }] : [],
      ),
    ),
    runs: groups.flatMap(({ arm, shots, runs }) =>
      runs.map(({ id, seed, top1 }) => ({ id, arm, shots, seed, top1: percent(top1) })),
    ),
  };
}

const foundInWords = ({
  mean,
  interval,
  shots,
  outcome = 'undecided',
}: ReportSummary['comparisons'][number]): string =>
  `${written(mean ?? null, 'signed')} points${interval === undefined ? '' : ` [${signed(interval.low)}, ${signed(interval.high)}]`} with ${perClass(shots)}, ${outcome}`;

const groupRow = ({ arm, network, summary }: Group): object => ({
  who: arm,
  network,
  n: summary?.n ?? 0,
  median: percent(summary?.median),
  mean: percent(summary?.mean),
  range: summary === undefined ? '–' : `${percent(summary.min)} – ${percent(summary.max)}`,
});

const placeOf = ({ arm, shots }: Group): string => JSON.stringify([arm, shots]);

/** Over all groups that both reports have. */
function totalOf(here: readonly Group[], base: readonly Group[]): Pick<SameResults, 'identical' | 'of'> {
  const found = here.map((group) =>
    sameResults(
      group,
      base.find((other) => placeOf(other) === placeOf(group)),
    ),
  );
  const sum = (pick: (one: SameResults) => number): number =>
    found.reduce((total, one) => total + pick(one), 0);
  return { identical: sum(({ identical }) => identical), of: sum(({ of }) => of) };
}

/** Medians here and on the base branch, for every arm and number of shots that either has. */
function changesOf(here: readonly Group[], base: readonly Group[]): object[] {
  const places = [...new Set([...here, ...base].map(placeOf))];
  return places.map((place) => {
    const [after, before] = [here, base].map((groups) => groups.find((group) => placeOf(group) === place));
    const { arm, shots } = (after ?? before)!;
    const [now, then] = [after?.summary?.median, before?.summary?.median];
    return {
      who: arm,
      shots,
      before: percent(then),
      after: percent(now),
      change: now === undefined || then === undefined ? '–' : signed(now - then),
      runs: sameInWords(after, before),
    };
  });
}

function changedSettings(here: ReportSummary, base: ReportSummary): object[] {
  return here.arms.flatMap((arm, index) => {
    const place = base.arms.indexOf(arm);
    if (place === -1) return [];
    return here.settings.flatMap(({ setting, arms }) => {
      const before = base.settings.find((row) => row.setting === setting)?.arms[place]?.value;
      const after = arms[index]?.value;
      return before === undefined || after === undefined || before === after
        ? []
        : [{ arm, setting, before, after }];
    });
  });
}
