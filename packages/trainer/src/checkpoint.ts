import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile, writeFileAtomic } from '@bit-repro/artifacts';
import { architectureNamed, parameterShapes, readNpz, writeNpz, type Weights } from '@bit-repro/model';
import { TrainerError } from './errors.ts';
import type { Evaluation, FineTuneSpec, SplitChange } from './spec.ts';

/** A run between two steps. */
export interface Checkpoint {
  /** Steps done. */
  step: number;
  parameters: Weights;
  /** By parameter. */
  velocities: Weights;
  /** Of the generator, after the batches of these steps. */
  randomState: readonly number[];
  stepLosses: readonly number[];
  evaluations: readonly Evaluation[];
  splits: readonly SplitChange[];
}

interface CheckpointRecord extends Omit<Checkpoint, 'parameters' | 'velocities'> {
  version: 1;
  spec: FineTuneSpec;
  tensors: string;
  sha256: string;
}

const recordName = 'checkpoint.json';
const tensorsPattern = /^checkpoint-\d+\.npz/;
const parameterPrefix = 'parameter/';
const velocityPrefix = 'velocity/';

/**
 * Writes a checkpoint into `folder`, in place of an older one. Interrupted at any moment it leaves one of the two whole.
 *
 * @throws ArtifactError when the disk cannot hold it; the older one stays.
 */
export async function writeCheckpoint(
  folder: string,
  spec: FineTuneSpec,
  checkpoint: Checkpoint,
): Promise<void> {
  const { parameters, velocities, ...rest } = checkpoint;
  await mkdir(folder, { recursive: true });
  const tensors = `checkpoint-${checkpoint.step}.npz`;
  const file = join(folder, tensors);
  await writeNpz(
    file,
    new Map([...prefixed(parameterPrefix, parameters), ...prefixed(velocityPrefix, velocities)]),
  );
  const record: CheckpointRecord = {
    version: 1,
    spec,
    ...rest,
    tensors,
    sha256: await digestFile(file, 'sha256'),
  };
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record)}\n`);
  await removeTensors(folder, tensors);
}

/**
 * The checkpoint in `folder`; nothing where there is none.
 *
 * @throws TrainerError when it is damaged or of another run; the remedy is to start over.
 */
export async function readCheckpoint(folder: string, spec: FineTuneSpec): Promise<Checkpoint | undefined> {
  const text = await readFile(join(folder, recordName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { version, spec: found, tensors, sha256, ...rest } = JSON.parse(text) as CheckpointRecord;
    const file = join(folder, tensors);
    if ((version as number) !== 1 || JSON.stringify(found) !== JSON.stringify(spec))
      throw unusable('one of this run, found one of another');
    const digest = await digestFile(file, 'sha256');
    if (digest !== sha256) throw unusable(`sha256 ${sha256} of ${tensors}, found ${digest}`);
    const shapes = parameterShapes(architectureNamed(spec.architecture), spec.classes);
    const expect = [parameterPrefix, velocityPrefix].flatMap((prefix) =>
      shapes.map(({ name, shape }) => ({ name: `${prefix}${name}`, shape })),
    );
    const all = await readNpz(file, { expect });
    return {
      ...rest,
      parameters: unprefixed(parameterPrefix, all),
      velocities: unprefixed(velocityPrefix, all),
    };
  } catch (cause) {
    throw cause instanceof TrainerError ? cause : unusable('a readable one', cause);
  }
}

/** Whether a file of this name belongs to a checkpoint. */
export const isCheckpoint = (name: string): boolean => name === recordName || tensorsPattern.test(name);

/** Removes the checkpoint in `folder`, where there is one. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await rm(join(folder, recordName), { force: true });
  await removeTensors(folder);
}

async function removeTensors(folder: string, except?: string): Promise<void> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (tensorsPattern.test(name) && name !== except) await rm(join(folder, name), { force: true });
  }
}

const unusable = (expectation: string, cause?: unknown): TrainerError =>
  new TrainerError(`The checkpoint cannot be used: expected ${expectation}`, 'The run starts over.', {
    cause,
  });

const prefixed = (prefix: string, weights: Weights): Weights =>
  new Map([...weights].map(([name, tensor]) => [`${prefix}${name}`, tensor]));

const unprefixed = (prefix: string, weights: Weights): Weights =>
  new Map(
    [...weights].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
