import { written } from '../ledger.ts';
import { armOf, isCalledAlike } from '../view/words.ts';
import { firstAnswers } from '../view/answers.ts';
import type { ReportSummary } from '../reportSummary.ts';
import { ofTask, taskInProse, taskInWords, tasksOf, type Task } from '../task.ts';
import { sameInWords, sameResults, type SameResults } from './sameResults.ts';

type Group = ReportSummary['groups'][number];

const percent = (value: number | undefined): string => written(value ?? null, 'measured');
const signed = (value: number): string => written(value, 'signed');
const points = (value: number): string => written(value, 'signed-tenths');

/** What the sections of a comment show. */
export function commentView(report: ReportSummary, base: ReportSummary | undefined): object {
  const { title, profile, planned, missing, groups, comparable, networks, published } = report;
  const tasks = tasksOf(groups);
  return {
    title,
    profile: profile.name,
    planned,
    done: planned - missing.length,
    warning:
      comparable || published.length === 0
        ? ''
        : groups.some(({ testImages }) => testImages !== undefined)
          ? 'The accuracies are of a sample of the test images: they say nothing for or against the paper’s claim.'
          : `The runs are of ${networks.join(' and of ')}: they say nothing for or against the paper’s claim.`,
    verdicts: report.verdicts.flatMap(({ who, model, n, judgement, nextLook, ...task }) => {
      if (!('arm' in who)) return [];
      const { verdict = 'not judged yet', difference } = judgement ?? {};
      return [
        {
          who: armOf(who.arm, model),
          heading: taskInWords(task, tasks),
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
    ).map(({ title, found }) => ({
      title,
      found: found.map((one) => foundInWords(one, tasks)).join('; '),
    })),
    results: tasks.map((task) => ({
      heading: taskInWords(task, tasks),
      rows: [
        ...ofTask(groups, task).map(groupRow),
        ...ofTask(published, task).map(({ source, title = source, model, headline }) => ({
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
    changes: base === undefined ? [] : changesOf(groups, base.groups, tasks),
    changedSettings: base === undefined ? [] : changedSettings(report, base),
    comparisons: report.comparisons.map(
      ({ title, seeds, mean, adjustedP, outcome = '–', tooFew, ...task }) => ({
        title: title ?? '–',
        task: taskInWords(task, tasks),
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
    runs: groups.flatMap(({ arm, runs, ...task }) =>
      runs.map(({ id, seed, top1 }) => ({
        ...{ id, arm, seed, top1: percent(top1) },
        task: taskInWords(task, tasks),
      })),
    ),
  };
}

const foundInWords = (
  { mean, interval, outcome = 'undecided', ...task }: Omit<ReportSummary['comparisons'][number], 'title'>,
  tasks: readonly Task[],
): string =>
  `${written(mean ?? null, 'signed')} points${interval === undefined ? '' : ` [${signed(interval.low)}, ${signed(interval.high)}]`} ${taskInProse(task, tasks)}, ${outcome}`;

const groupRow = ({ arm, network, summary }: Group): object => ({
  who: arm,
  network: isCalledAlike(network, arm) ? '' : network,
  n: summary?.n ?? 0,
  median: percent(summary?.median),
  mean: percent(summary?.mean),
  range: summary === undefined ? '–' : `${percent(summary.min)} – ${percent(summary.max)}`,
});

const placeOf = ({ arm, dataset, shots }: Group): string => JSON.stringify([arm, dataset, shots]);

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

/** Medians here and on the base branch, for every arm and task that either has. */
function changesOf(here: readonly Group[], base: readonly Group[], tasks: readonly Task[]): object[] {
  const places = [...new Set([...here, ...base].map(placeOf))];
  return places.map((place) => {
    const [after, before] = [here, base].map((groups) => groups.find((group) => placeOf(group) === place));
    const { arm, ...task } = (after ?? before)!;
    const [now, then] = [after?.summary?.median, before?.summary?.median];
    return {
      who: arm,
      task: taskInWords(task, tasks),
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
