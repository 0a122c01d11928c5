import { nameOfDataset, type Shots } from '@bit-repro/data';
import { shotsSchema } from '@bit-repro/trainer';
import { configure } from 'safe-stable-stringify';
import { z } from 'zod';
import { groupOf, recipeSettings, type PlannedRun } from '@bit-repro/experiment';
import type { RunRecord, RunSpec, RunStore, RunSummary } from '@bit-repro/runs';
import { percentOf } from './accuracy.ts';

/** A run of a recipe of the report that the report does not count, although somebody made it. */
export const leftOutSchema = z.strictObject({
  id: z.string(),
  /** Title. */
  arm: z.string(),
  dataset: z.string(),
  shots: shotsSchema,
  seed: z.int(),
  /** Such as `done` or `failed`. */
  state: z.string(),
  /** In percent, of a finished run. */
  top1: z.number().exactOptional(),
  /**
   * Its seed is not in the plan; it was run again; or the plan's run of this seed is by other code, data, weights or another engine.
   */
  why: z.enum(['other seed', 'run again', 'made otherwise']),
  /** Whether its accuracy is that of the run that is counted in its place. */
  isSame: z.boolean(),
});

export type LeftOutRun = z.infer<typeof leftOutSchema>;

/**
 * The runs of a store that have the recipes of a plan, but are not among its records. Runs of the plan that are not finished are
 * missing, and not among them.
 */
export async function findLeftOut(
  store: RunStore,
  planned: readonly PlannedRun[],
  records: readonly RunRecord[],
): Promise<LeftOutRun[]> {
  return (await leftOutIn(store, planned, records)).map(({ leftOut }) => leftOut);
}

/**
 * The runs of a store that a report neither counts nor lists as left out, although they were finished before it was made. A report
 * lists every run that it found, those by other code too, so none of any kind may be missing from its list.
 */
export async function findUnlisted(
  store: RunStore,
  {
    planned,
    leftOut = [],
    generatedAt,
  }: { planned: readonly PlannedRun[]; leftOut?: readonly LeftOutRun[]; generatedAt: string },
  records: readonly RunRecord[],
): Promise<LeftOutRun[]> {
  const listed = new Set(leftOut.map(({ id }) => id));
  return (await leftOutIn(store, planned, records)).flatMap(({ leftOut: found, run }) =>
    run.state === 'done' &&
    Date.parse(run.timing.finishedAt) <= Date.parse(generatedAt) &&
    !listed.has(found.id)
      ? [found]
      : [],
  );
}

async function leftOutIn(
  store: RunStore,
  planned: readonly PlannedRun[],
  records: readonly RunRecord[],
): Promise<{ run: RunSummary; leftOut: LeftOutRun }[]> {
  const counted = new Set(records.map(({ id }) => id));
  const groups = new Map(planned.map((run) => [recipeOf(run), run]));
  const seeds = new Set(planned.map((run) => placeOf(groupOf(run), run.seed)));
  const accuracies = new Map(
    records.map((record) => [
      placeOf(recipeOf(record.spec), record.spec.fineTune.seed),
      percentOf(record, 'top1'),
    ]),
  );
  const found = (await store.list()).flatMap((run): { run: RunSummary; leftOut: LeftOutRun }[] => {
    const group = run.spec && groups.get(recipeOf(run.spec));
    if (run.spec === undefined || group === undefined || counted.has(run.id)) return [];
    const { seed } = run.spec.fineTune;
    const isPlanned = seeds.has(placeOf(groupOf(group), seed));
    const isAgain = run.id.includes('.old-');
    if (isPlanned && !isAgain && run.state !== 'done') return [];
    const why = isAgain ? 'run again' : isPlanned ? 'made otherwise' : 'other seed';
    const { arm, shots } = group;
    const accuracy = accuracyOf(run);
    const isSame =
      accuracy.top1 !== undefined && accuracies.get(placeOf(recipeOf(group), seed)) === accuracy.top1;
    const { id, state } = run;
    const dataset = nameOfDataset(group.dataset);
    return [{ run, leftOut: { id, arm: arm.title, dataset, shots, seed, state, ...accuracy, why, isSame } }];
  });
  return found.sort(
    ({ leftOut: one }, { leftOut: other }) =>
      inOrder(one.shots) - inOrder(other.shots) || one.seed - other.seed || (one.id < other.id ? -1 : 1),
  );
}

const inOrder = (shots: Shots): number => (shots === 'all' ? Infinity : shots);

const accuracyOf = (run: RunSummary): { top1?: number } =>
  run.state === 'done' ? { top1: percentOf({ result: { final: run.final } }, 'top1') } : {};

const placeOf = (group: string, seed: number): string => `${group} ${seed}`;
const canonical = configure({ deterministic: true });

/** Everything that makes a recipe at a task; not how it is computed, or when it is evaluated. */
function recipeOf({ model, weights, dataset, fineTune }: PlannedRun | RunSpec): string {
  const title = 'title' in weights ? weights.title : weights.name;
  const { architecture, classes, shots } = fineTune;
  const recipe = recipeSettings.map((key) => fineTune[key]);
  const data = nameOfDataset(dataset);
  return canonical([model, weights.kind, title, data, architecture, classes, shots, recipe]);
}
