import { architectureNamed, parameterShapes, type Weights } from '@bit-repro/model';
import { z } from 'zod';
import { loadState, saveState } from './savedState.ts';
import type { FineTuneSpec } from './spec.ts';

const count = z.int().nonnegative();

const evaluationSchema = z.strictObject({
  step: count,
  top1: z.number(),
  top5: z.number().exactOptional(),
  loss: z.number(),
  samples: count,
});

/** The content of a checkpoint apart from its tensors. */
const valuesSchema = z
  .strictObject({
    /** Steps done. */
    step: count,
    /** State of the generator after the batches of these steps. */
    randomState: z.array(z.int()).readonly(),
    stepLosses: z.array(z.number()),
    evaluations: z.array(evaluationSchema),
    splits: z.array(z.strictObject({ step: count, batchSplit: z.int().positive() })).min(1),
  })
  .refine(({ step, stepLosses }) => stepLosses.length === step, { error: 'a loss for each step' })
  .refine(({ step, evaluations }) => evaluations.every((evaluation) => evaluation.step <= step), {
    error: 'no evaluation of a later step',
  });

/** The state of a run between two steps. */
export interface Checkpoint extends z.infer<typeof valuesSchema> {
  parameters: Weights;
  /** By parameter. */
  velocities: Weights;
}

/**
 * Writes a checkpoint into `folder`, replacing an older one. If interrupted at any moment, one of the two is
 * complete.
 *
 * @throws OutsideError if the disk is full; the older one is kept.
 */
export async function writeCheckpoint(
  folder: string,
  spec: FineTuneSpec,
  { parameters, velocities, ...values }: Checkpoint,
): Promise<void> {
  await saveState(folder, spec, { values, tensors: { parameter: parameters, velocity: velocities } });
}

/**
 * The checkpoint in `folder`; undefined if there is none.
 *
 * @throws UnusableStateError if it is damaged or belongs to another run; OutsideError if it cannot be read.
 */
export async function readCheckpoint(folder: string, spec: FineTuneSpec): Promise<Checkpoint | undefined> {
  const shapes = parameterShapes(architectureNamed(spec.architecture), spec.classes);
  const steps = spec.schedule.at(-1)!;
  const values = valuesSchema.refine(({ step }) => step <= steps, { error: 'no step after the last' });
  const state = await loadState(folder, { spec, values, groups: ['parameter', 'velocity'], shapes });
  if (state === undefined) return undefined;
  const { parameter, velocity } = state.tensors;
  return { ...state.values, parameters: parameter!, velocities: velocity! };
}
