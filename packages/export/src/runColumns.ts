import { nameOfDataset } from '@bit-repro/data';
import type { Provenance, RunRecord } from '@bit-repro/runs';
import { fineTuneSchema, type FineTuneSpec } from '@bit-repro/trainer';
import { z } from 'zod';
import type { ColumnType, Value } from './table.ts';

/** A column of the table of runs, and how a run fills it. */
export interface RunColumn {
  name: string;
  type: ColumnType;
  of: (run: RunRecord) => Value | undefined;
}

const column = (name: string, type: ColumnType, of: RunColumn['of']): RunColumn => ({ name, type, of });

/** Where a run belongs; these columns lead every table. */
export const placeColumns: readonly RunColumn[] = [
  column('run', 'text', ({ id }) => id),
  column('experiment', 'text', ({ spec }) => spec.experiment),
  column('arm', 'text', ({ spec }) => spec.arm.name),
  column('dataset', 'text', ({ spec }) => nameOfDataset(spec.dataset)),
  // A column is either of numbers or of texts: no number stands for all images.
  column('shots', 'integer', ({ spec: { fineTune } }) =>
    fineTune.shots === 'all' ? undefined : fineTune.shots,
  ),
  column('seed', 'integer', ({ spec }) => spec.fineTune.seed),
];

/** Every setting and every result of a run. */
export const runColumns: readonly RunColumn[] = [
  ...placeColumns,
  column('top1', 'number', ({ result }) => result.final.top1),
  column('top5', 'number', ({ result }) => result.final.top5),
  column('loss', 'number', ({ result }) => result.final.loss),
  column('testImages', 'integer', ({ result }) => result.final.samples),
  column('trainingImages', 'integer', ({ result: { subset } }) =>
    'all' in subset ? subset.all : subset.indices.length,
  ),
  column('model', 'text', ({ spec }) => spec.model),
  column('weights', 'text', ({ spec }) => spec.weights.kind),
  column('weightsTitle', 'text', ({ spec }) => spec.weights.title),
  column('weightsSha256', 'text', ({ spec }) => spec.weights.sha256),
  column('weightsSeed', 'integer', ({ spec }) => spec.weights.seed),
  ...settingColumns(),
  column('steps', 'integer', ({ result }) => result.final.step),
  column('flavour', 'text', ({ spec }) => spec.engine.flavour),
  column('tensorflow', 'text', ({ spec }) => spec.engine.tensorflow),
  column('device', 'text', ({ spec }) => spec.engine.device),
  column('threads', 'integer', ({ spec }) => spec.engine.threads),
  column('platform', 'text', (run) => hostOf(run).platform),
  column('cpu', 'text', (run) => hostOf(run).cpu),
  column('cores', 'integer', (run) => hostOf(run).cores),
  column('startedAt', 'instant', ({ timing }) => new Date(timing.startedAt)),
  column('finishedAt', 'instant', ({ timing }) => new Date(timing.finishedAt)),
  column('seconds', 'number', ({ timing }) => timing.seconds),
  column('evaluationSeconds', 'number', ({ timing }) => timing.evaluationSeconds),
  column('waitedSeconds', 'number', ({ timing }) => timing.waitedSeconds),
  column('peakRssBytes', 'integer', ({ timing }) => timing.peakRssBytes),
  column('commit', 'text', ({ provenance: { git } }) => ('unknown' in git ? undefined : git.sha)),
  column('uncommittedChanges', 'boolean', ({ provenance: { git } }) =>
    'unknown' in git ? undefined : git.dirty,
  ),
  column('sources', 'text', ({ spec }) => spec.sources),
  column('node', 'text', ({ provenance }) => provenance.versions.node),
  column('profile', 'text', ({ provenance }) => provenance.profile),
  column('config', 'text', ({ provenance }) => provenance.configFile),
  column('key', 'text', ({ result }) => result.key),
  column('lossesSha256', 'text', ({ result }) => result.lossesSha256),
  column('predictionsSha256', 'text', ({ result }) => result.predictionsSha256),
];

/** From the schema of the settings, so that a new one needs no line here. */
function settingColumns(): RunColumn[] {
  const { properties = {} } = z.toJSONSchema(fineTuneSchema);
  const names = Object.keys(fineTuneSchema.shape) as (keyof FineTuneSpec)[];
  return names.flatMap((name): RunColumn[] => {
    if (placeColumns.some((place) => place.name === name)) return [];
    // The column of what was scored has its name.
    if (name === 'testImages') return [];
    // What `auto` came to.
    if (name === 'batchSplit') return [column(name, 'integer', ({ result }) => result.splits[0]?.batchSplit)];
    const property = properties[name];
    const type = typeof property === 'object' ? property.type : undefined;
    const isNumber = type === 'integer' || type === 'number';
    return [
      column(name, isNumber ? type : 'text', ({ spec }) => {
        const value = spec.fineTune[name];
        return Array.isArray(value) ? value.join(' ') : value;
      }),
    ];
  });
}

const hostOf = ({ timing, provenance }: RunRecord): Provenance['host'] => timing.host ?? provenance.host;
