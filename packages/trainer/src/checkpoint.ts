import { architectureNamed, parameterShapes, type Weights } from '@bit-repro/model';
import { loadState, saveState } from './savedState.ts';
import type { Evaluation, FineTuneSpec, SplitChange } from './spec.ts';

/** A run between two steps. */
export interface Checkpoint extends CheckpointValues {
  parameters: Weights;
  /** By parameter. */
  velocities: Weights;
}

interface CheckpointValues {
  /** Steps done. */
  step: number;
  /** Of the generator, after the batches of these steps. */
  randomState: readonly number[];
  stepLosses: readonly number[];
  evaluations: readonly Evaluation[];
  splits: readonly SplitChange[];
}

/**
 * Writes a checkpoint into `folder`, in place of an older one. Interrupted at any moment it leaves one of the two whole.
 *
 * @throws ArtifactError when the disk cannot hold it; the older one stays.
 */
export async function writeCheckpoint(
  folder: string,
  spec: FineTuneSpec,
  { parameters, velocities, ...values }: Checkpoint,
): Promise<void> {
  await saveState(folder, spec, { values, tensors: { parameter: parameters, velocity: velocities } });
}

/**
 * The checkpoint in `folder`; nothing where there is none.
 *
 * @throws TrainerError when it is damaged or of another run; the remedy is to start over.
 */
export async function readCheckpoint(folder: string, spec: FineTuneSpec): Promise<Checkpoint | undefined> {
  const shapes = parameterShapes(architectureNamed(spec.architecture), spec.classes);
  const expected = { spec, groups: ['parameter', 'velocity'], shapes };
  const state = await loadState<CheckpointValues>(folder, expected);
  if (state === undefined) return undefined;
  const { parameter, velocity } = state.tensors;
  return { ...state.values, parameters: parameter!, velocities: velocity! };
}
