import { nameOfDataset } from '@bit-repro/data';
import {
  groupOf,
  referenceModel,
  type Target,
  type VerdictRule,
  type PlannedRun,
} from '@bit-repro/experiment';
import type { RunRecord } from '@bit-repro/runs';
import { limitsOfComparison } from './comparison.ts';
import { compareArms, pairSeeds, sampleOf, type Comparison } from './armComparisons.ts';
import { bestArms, type BestArm } from './bestArms.ts';
import { plannedContrasts } from './contrasts.ts';
import { taskDesigns, type TaskDesign } from './taskDesign.ts';
import { requireOneRecipe } from './oneRecipe.ts';
import { claimedModel, isClaimedNetwork, isSampled, networkTitle } from './network.ts';
import { describeProvenance, effortOf, type Effort, type ProvenanceRow } from './provenance.ts';
import { Ledger } from './ledger.ts';
import { recordFinder, type RecordFinder } from './plannedRuns.ts';
import { publishedResults, type PublishedResult, type SummarisedResult } from './published.ts';
import { summaryOf } from './summaries.ts';
import type { LeftOutRun } from './leftOut.ts';
import { predictionsIn } from './runExtras.ts';
import { groupConfusion } from './groupConfusion.ts';
import { reportedRun, type ReportedGroup } from './reportedRuns.ts';
import type { ReportInput } from './reportInput.ts';
import { allowedDeviations, deviationsOf, settingRows, settingSources, type SettingRow } from './settings.ts';
import { datasetAmong, reportedDataset, taskOf, tasksOf, type ReportedDataset, type Task } from './task.ts';
import { begunUnder, judgeRuns, type JudgedRuns } from './verdicts.ts';

interface MissingRun extends Task {
  arm: string;
  seed: number;
  reason?: string;
}

/** Everything a report says, before it is put into words and pictures. */
export interface ReportData {
  name: string;
  title: string;
  description?: string;
  datasets: ReportedDataset[];
  profile: { name: string; title: string };
  /** ISO 8601. */
  generatedAt: string;
  networks: string[];
  /** Whether the paper has numbers of every network that was run. */
  comparable: boolean;
  /** Titles, in the order of the config. */
  arms: string[];
  tasks: Task[];
  /** What the arms combine, at each task; empty where they are no design. */
  designs: TaskDesign[];
  planned: number;
  groups: ReportedGroup[];
  missing: MissingRun[];
  /** Of image files, by the name of their data set: test images that are training images, too. Only where there are some. */
  testedTwins: { dataset: string; images: number }[];
  /** Runs of these recipes in the store that are not counted. */
  leftOut: readonly LeftOutRun[];
  published: SummarisedResult[];
  /** Absent where the config has no rule for a verdict. */
  rule?: VerdictRule & {
    /** Of the runs of ours that are judged: those that were begun when the config already had it, and the target its numbers. */
    begunUnder: ReturnType<typeof begunUnder>;
  };
  verdicts: JudgedRuns[];
  comparisons: Comparison[];
  /** Where the arms are a design: the best at each task that has runs of all of them. */
  best: BestArm[];
  settings: SettingRow[];
  /** Titles of the sources that state their settings. */
  settingSources: string[];
  limits: string[];
  provenance: ProvenanceRow[];
  effort?: Effort;
  target?: Target;
}

/** A report's numbers, and the ledger that they are in. */
export interface BuiltReport {
  data: ReportData;
  ledger: Ledger;
}

/** Gathers a report's numbers from the records of its runs. */
export function buildReport(input: ReportInput): BuiltReport {
  const { experiment, planned, records, target } = input;
  const profile = experiment.profiles.find(({ name }) => name === input.profile)!;
  const armTitle = new Map(profile.arms.map(({ name, title }) => [name, title]));
  const titleOf = ({ arm }: PlannedRun): string => armTitle.get(arm.name) ?? arm.title;
  const byArm = groupBy(planned, ({ arm }) => arm.name);
  const tasks = tasksOf(planned.map(taskOf));
  const recordOf = recordFinder(records);
  const unsummarised = byArm.flatMap((runs) =>
    groupBy(runs, (run) => JSON.stringify(taskOf(run))).map((members) =>
      reportGroup(members, titleOf(members[0]!), { recordOf, target, extras: input.extras }),
    ),
  );
  const contrasts = pairSeeds(plannedContrasts(planned, titleOf, profile.compare), unsummarised);
  const ledger = new Ledger({
    records: new Map(records.map((record) => [record.id, record])),
    predictions: predictionsIn(input.extras),
    target,
    verdict: experiment.verdict,
    family: contrasts.filter(({ kind }) => kind === 'pair').map(sampleOf),
    effects: contrasts.filter(({ kind }) => kind !== 'pair').map(sampleOf),
  });
  const datasets = experiment.datasets.map(reportedDataset);
  const groups = unsummarised.map((group): ReportedGroup => {
    const { classes } = datasetAmong(datasets, group);
    const confusion = groupConfusion(group.runs, classes.length, ledger);
    return {
      ...group,
      ...(group.runs.length > 0 && summarisedRuns(group, ledger)),
      ...(confusion !== undefined && { confusion }),
    };
  });
  const claimed = target === undefined ? [] : planned.flatMap((run) => claimedModel(run, target) ?? []);
  const models =
    target === undefined ? [] : distinct(claimed.length > 0 ? claimed : [referenceModel(target)]);
  const published =
    target === undefined ? [] : publishedResults(target, models, tasks).map(summarised(ledger));
  const names = datasets.map(({ name }) => name);
  const stating = settingSources(target, models, names);
  const verdicts = judgeRuns(groups, published, ledger);
  const designs = taskDesigns(planned, titleOf);
  const data: ReportData = {
    name: experiment.name,
    title: experiment.title,
    ...(experiment.description === undefined ? {} : { description: experiment.description }),
    datasets,
    profile: { name: profile.name, title: profile.title },
    generatedAt: input.generatedAt.toISOString(),
    networks: [...new Set(planned.map(networkTitle))],
    comparable:
      target !== undefined &&
      planned.every(
        (run) =>
          !isSampled(run) && (claimedModel(run, target) ?? isClaimedNetwork(networkTitle(run), target)),
      ),
    arms: byArm.map(([first]) => titleOf(first!)),
    tasks,
    designs,
    planned: planned.length,
    groups,
    missing: missingRuns(input, titleOf, recordOf),
    testedTwins: testedTwins(records),
    leftOut: input.leftOut ?? [],
    published,
    ...(experiment.verdict !== undefined && {
      rule: {
        ...experiment.verdict,
        begunUnder: begunUnder(verdicts, ledger.source),
      },
    }),
    verdicts,
    comparisons: compareArms(contrasts, ledger),
    best: bestArms(designs, groups, ledger),
    settings: settingRows(byArm, target, stating),
    settingSources: stating.map(({ title }) => title),
    limits: target === undefined ? [] : limitsOfComparison(planned, published, target),
    provenance: describeProvenance(records),
    ...effort(records),
    ...(target === undefined ? {} : { target }),
  };
  return { data, ledger };
}

/** The numbers alone. */
export const buildReportData = (input: ReportInput): ReportData => buildReport(input).data;

function summarisedRuns(
  { runs }: Pick<ReportedGroup, 'runs'>,
  ledger: Ledger,
): Pick<ReportedGroup, 'summary' | 'interval'> {
  const of = { runs: runs.map(({ id }) => id) };
  const [low, high] = (['mean-t-low', 'mean-t-high'] as const).map((reducer) =>
    ledger.value({ reducer, of }),
  );
  return {
    summary: summaryOf(of, ledger),
    ...(typeof low === 'number' && typeof high === 'number' && { interval: { low, high } }),
  };
}

const summarised =
  (ledger: Ledger) =>
  (result: PublishedResult): SummarisedResult => {
    const { source, model, dataset, shots, runs } = result;
    if (runs.length === 0) return result;
    return { ...result, summary: summaryOf({ published: source, model, dataset, shots }, ledger) };
  };

function reportGroup(
  members: readonly PlannedRun[],
  arm: string,
  {
    recordOf,
    target,
    extras,
  }: { recordOf: RecordFinder; target: Target | undefined; extras: ReportInput['extras'] },
): Omit<ReportedGroup, 'summary' | 'interval' | 'confusion'> {
  const [first] = members as [PlannedRun];
  const records = members.flatMap((run) => recordOf(run) ?? []);
  requireOneRecipe(records);
  const runs = records.map((record) => reportedRun(arm, record, extras?.get(record.id)));
  const model = target && claimedModel(first, target);
  return {
    arm,
    network: networkTitle(first),
    ...(model !== undefined && { claimedModel: model }),
    ...(first.fineTune.testImages !== undefined && { testImages: first.fineTune.testImages }),
    deviations: target === undefined ? [] : deviationsOf(first, target),
    allowed: allowedDeviations(first),
    ...taskOf(first),
    seeds: members.map(({ seed }) => seed),
    runs,
    missing: members.length - runs.length,
  };
}

function missingRuns(
  { planned, failures = [] }: ReportInput,
  titleOf: (run: PlannedRun) => string,
  recordOf: RecordFinder,
): MissingRun[] {
  const reasons = new Map(failures.map(({ run, reason }) => [placeOf(run), reason]));
  return planned
    .filter((run) => recordOf(run) === undefined)
    .map((run) => {
      const reason = reasons.get(placeOf(run));
      return {
        arm: titleOf(run),
        ...taskOf(run),
        seed: run.seed,
        ...(reason === undefined ? {} : { reason }),
      };
    });
}

const placeOf = (run: PlannedRun): string => JSON.stringify([groupOf(run), run.seed]);

function testedTwins(records: readonly RunRecord[]): ReportData['testedTwins'] {
  const most = new Map<string, number>();
  for (const { spec } of records) {
    if ('name' in spec.dataset || spec.dataset.inBoth === 0) continue;
    const name = nameOfDataset(spec.dataset);
    most.set(name, Math.max(most.get(name) ?? 0, spec.dataset.inBoth));
  }
  return [...most].map(([dataset, images]) => ({ dataset, images }));
}

function effort(records: readonly RunRecord[]): { effort?: Effort } {
  const found = effortOf(records);
  return found === undefined ? {} : { effort: found };
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Lists of the items with the same key, in the order of their first. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
