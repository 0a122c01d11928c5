import { summarise, type Summary } from '@bit-repro/metrics';
import type { Experiment, Target } from '../config/index.ts';
import type { PlannedRun } from '../plan/index.ts';
import type { RunRecord } from '../store/records.ts';
import { departuresFrom2021, departuresFromPaper, isPaperNetwork, networkTitle } from './comparison.ts';

/** One run in a report; accuracies in percent. */
export interface ReportedRun {
  id: string;
  network: string;
  arm: string;
  shots: number;
  seed: number;
  top1: number;
  top5: number;
  loss: number;
  seconds: number;
  subset: readonly number[];
}

/** The runs of one arm at one number of shots. */
export interface ReportedGroup {
  arm: string;
  network: string;
  /** Whether the paper's numbers are of the same network. */
  comparable: boolean;
  shots: number;
  runs: ReportedRun[];
  /** Of top-1 in percent; absent when no run is done. */
  summary?: Summary;
  missing: number;
  paperMedian?: number;
  mean2021?: number;
}

/** Everything a report says, before it is put into words and pictures. */
export interface ReportData {
  title: string;
  description?: string;
  name: string;
  profile: { name: string; title: string };
  networks: string[];
  /** Whether all runs are of the paper's network with its published weights. */
  comparable: boolean;
  groups: ReportedGroup[];
  runs: ReportedRun[];
  planned: number;
  departures: string[];
  departures2021: string[];
  provenance: { label: string; value: string }[];
  target?: Target;
}

export interface ReportInput {
  experiment: Experiment;
  profile: string;
  planned: readonly PlannedRun[];
  /** The finished ones of `planned`. */
  records: readonly RunRecord[];
  target?: Target;
}

/** Gathers a report's numbers from the records of its runs. */
export function buildReportData({ experiment, profile, planned, records, target }: ReportInput): ReportData {
  const chosen = experiment.profiles.find(({ name }) => name === profile);
  const groups = groupRuns(planned, records, target);
  return {
    title: experiment.title,
    ...(experiment.description === undefined ? {} : { description: experiment.description }),
    name: experiment.name,
    profile: { name: profile, title: chosen?.title ?? profile },
    networks: [...new Set(planned.map(networkTitle))],
    comparable: planned.every(isPaperNetwork),
    groups,
    runs: groups.flatMap(({ runs }) => runs),
    planned: planned.length,
    departures: departuresFromPaper(planned),
    departures2021: target === undefined ? [] : departuresFrom2021(target),
    provenance: describeProvenance(records),
    ...(target === undefined ? {} : { target }),
  };
}

function groupRuns(
  planned: readonly PlannedRun[],
  records: readonly RunRecord[],
  target: Target | undefined,
): ReportedGroup[] {
  const key = (arm: string, shots: number, seed?: number): string => JSON.stringify([arm, shots, seed]);
  const done = new Map(
    records.map((record) => [
      key(record.spec.arm.name, record.spec.fineTune.shots, record.spec.fineTune.seed),
      record,
    ]),
  );
  const groups = new Map<string, PlannedRun[]>();
  for (const run of planned) {
    const name = key(run.arm.name, run.shots);
    groups.set(name, [...(groups.get(name) ?? []), run]);
  }
  return [...groups.values()].map((members): ReportedGroup => {
    const { arm, shots } = members[0]!;
    const runs = members.flatMap((run) => {
      const record = done.get(key(run.arm.name, run.shots, run.seed));
      return record === undefined ? [] : [reportRun(run, record)];
    });
    const panel = target?.figure6.panels.find((candidate) => candidate.shots === shots);
    const paperMedian = panel?.upstreams.find(({ family }) => family === 'BiT-M')?.medians[
      target?.figure6.models.indexOf('R50x3') ?? -1
    ];
    const mean2021 = target?.reproduction2021.results.find((result) => result.shots === shots)?.mean;
    return {
      arm: arm.title,
      network: networkTitle(members[0]!),
      comparable: isPaperNetwork(members[0]!),
      shots,
      runs,
      ...(runs.length === 0 ? {} : { summary: summarise(runs.map(({ top1 }) => top1)) }),
      missing: members.length - runs.length,
      ...(paperMedian === undefined ? {} : { paperMedian }),
      ...(mean2021 === undefined ? {} : { mean2021 }),
    };
  });
}

function reportRun(run: PlannedRun, { id, result, timing }: RunRecord): ReportedRun {
  return {
    id,
    network: networkTitle(run),
    arm: run.arm.title,
    shots: run.shots,
    seed: run.seed,
    top1: 100 * result.final.top1,
    top5: 100 * result.final.top5,
    loss: result.final.loss,
    seconds: timing.seconds,
    subset: result.subset.indices,
  };
}

function describeProvenance(records: readonly RunRecord[]): { label: string; value: string }[] {
  const all = (pick: (record: RunRecord) => string): string =>
    [...new Set(records.map(pick))].join('; ') || 'no run yet';
  const seconds = records.reduce((sum, { timing }) => sum + timing.seconds, 0);
  const short = (digest: string | undefined): string => digest?.slice(0, 12) ?? 'none';
  return [
    {
      label: 'Code',
      value: all(
        ({ provenance: { git } }) =>
          `commit ${short(git.sha)}${git.dirty ? ', with uncommitted changes (code.diff in each run)' : ''}`,
      ),
    },
    { label: 'Sources', value: all(({ spec }) => `sha256 ${short(spec.sources)}`) },
    {
      label: 'Config',
      value: all(({ provenance }) => `${provenance.configFile}, sha256 ${short(provenance.configSha256)}`),
    },
    {
      label: 'Weights',
      value: all(
        ({ spec: { weights } }) =>
          `${weights.title}${weights.sha256 === undefined ? '' : `, sha256 ${short(weights.sha256)}`}`,
      ),
    },
    {
      label: 'Data',
      value: all(({ spec }) => `CIFAR-10, test_batch.bin sha1 ${short(spec.dataset.sha1['test_batch.bin'])}`),
    },
    {
      label: 'Engine',
      value: all(
        ({ spec: { engine }, provenance }) =>
          `TensorFlow ${engine.tensorflow} (${engine.flavour}), Node ${provenance.versions.node ?? 'unknown'}`,
      ),
    },
    { label: 'Device', value: all(({ timing }) => timing.device) },
    {
      label: 'Machine',
      value: all(
        ({ provenance: { host } }) =>
          `${host.cores} cores, ${(host.memoryBytes / 1024 ** 3).toFixed(0)} GiB, ${host.platform}`,
      ),
    },
    { label: 'Time', value: `${seconds.toFixed(0)} s in ${records.length} runs` },
  ];
}
