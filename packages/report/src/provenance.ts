import { counted, largest } from '@bit-repro/artifacts';
import { datasetNamed } from '@bit-repro/data';
import { describeCommit, type RunRecord } from '@bit-repro/runs';

/** One line on what made the runs. */
export interface ProvenanceRow {
  label: string;
  /** Where runs differ, one entry for each kind. */
  values: { value: string; runs: string[] }[];
}

/** Which code, data, weights, engine and machine made the runs. */
export function describeProvenance(records: readonly RunRecord[]): ProvenanceRow[] {
  const row = (label: string, pick: (record: RunRecord) => string): ProvenanceRow => {
    const values = new Map<string, string[]>();
    for (const record of records) {
      const value = pick(record);
      const runs = values.get(value);
      if (runs === undefined) values.set(value, [record.id]);
      else runs.push(record.id);
    }
    return { label, values: [...values].map(([value, runs]) => ({ value, runs })) };
  };
  return [
    row('Code', ({ provenance: { git } }) => describeCommit(git)),
    row('Sources', ({ spec }) => `SHA-256 ${spec.sources}`),
    row('Config', ({ provenance: { configFile, configSha256, profile, extended = [], set = [] } }) =>
      [
        `${configFile}, profile ${profile}, SHA-256 ${configSha256}`,
        ...extended.map(({ file, sha256 }) => `over ${file}, SHA-256 ${sha256}`),
        ...set.map((assignment) => `--set ${assignment}`),
      ].join(', '),
    ),
    row('Weights', ({ spec: { weights } }) =>
      weights.sha256 === undefined ? weights.title : `${weights.title}, SHA-256 ${weights.sha256}`,
    ),
    row('Data', ({ spec: { dataset } }) =>
      'name' in dataset
        ? `${dataset.name}: ${list(dataset.sha1, (file, sha1) => `${file} SHA-1 ${sha1}`)}${howChecked(dataset)}`
        : `${dataset.layout === undefined ? '' : `${dataset.title}, `}${dataset.folder}: ${dataset.classCount.toLocaleString('en')} classes, ${counted(dataset.trainingImages, 'training image')}, ${counted(dataset.testImages, 'test image')}, SHA-256 of the list of their SHA-256 ${dataset.manifest}`,
    ),
    row('Engine', ({ spec: { engine }, provenance: { engineSha256 } }) =>
      [
        `TensorFlow ${engine.tensorflow} (${engine.flavour})`,
        ...Object.entries(engineSha256).map(([file, sha256]) => `${file} SHA-256 ${sha256}`),
      ].join(', '),
    ),
    row('Versions', ({ provenance: { versions } }) =>
      list(versions, (name, version) => `${name} ${version}`),
    ),
    row('Device', ({ timing }) => timing.device),
    row('Machine', ({ provenance, timing: { host = provenance.host } }) =>
      [
        host.platform,
        `${host.cores} cores (${host.cpu})`,
        `${inGibibytes(host.memoryBytes)} memory`,
        ...host.gpus.map(
          ({ name, memoryBytes, driverVersion }) =>
            `${name}${memoryBytes === undefined ? '' : ` with ${inGibibytes(memoryBytes)}`}, driver ${driverVersion}`,
        ),
      ].join(', '),
    ),
  ];
}

/** When the runs were made, and what they took. */
export interface Effort {
  /** ISO 8601, of the first run that began and the last that ended. */
  from: string;
  to: string;
  /** Sum over the runs. */
  seconds: number;
  evaluationSeconds: number;
  /** That steps waited for their images; absent where no run recorded it. */
  waitedSeconds?: number;
  peakRssBytes: number;
}

/** How files were checked that have no published sums of their own. */
function howChecked({ name, archiveMd5 }: Extract<RunRecord['spec']['dataset'], { name: string }>): string {
  if (datasetNamed(name).sha1 !== undefined) return '';
  return archiveMd5 === undefined
    ? ', which were not checked against a published sum'
    : `, of the archive with the published MD5 ${archiveMd5}`;
}

/** What the runs took; nothing when there are none. */
export function effortOf(records: readonly RunRecord[]): Effort | undefined {
  if (records.length === 0) return undefined;
  const timings = records.map(({ timing }) => timing);
  const sum = (pick: (timing: RunRecord['timing']) => number): number =>
    timings.reduce((total, timing) => total + pick(timing), 0);
  return {
    from: timings.map(({ startedAt }) => startedAt).sort()[0]!,
    to: timings
      .map(({ finishedAt }) => finishedAt)
      .sort()
      .at(-1)!,
    seconds: sum(({ seconds }) => seconds),
    evaluationSeconds: sum(({ evaluationSeconds }) => evaluationSeconds),
    ...(timings.some(({ waitedSeconds }) => waitedSeconds !== undefined) && {
      waitedSeconds: sum(({ waitedSeconds = 0 }) => waitedSeconds),
    }),
    peakRssBytes: largest(timings.map(({ peakRssBytes }) => peakRssBytes)),
  };
}

const list = (entries: Record<string, string>, show: (name: string, value: string) => string): string =>
  Object.entries(entries)
    .map(([name, value]) => show(name, value))
    .join(', ');

const inGibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
