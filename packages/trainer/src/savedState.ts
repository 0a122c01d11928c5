import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile, writeFileAtomic } from '@bit-repro/artifacts';
import { readNpz, writeNpz, type Weights } from '@bit-repro/model';
import { TrainerError } from './errors.ts';

/** Training between two steps. */
export interface SavedState<Values extends { step: number }> {
  /** What can be written as JSON; `step` counts the steps done. */
  values: Values;
  /** Groups of tensors, such as parameters and their momentum; all groups have the same names and shapes. */
  tensors: Record<string, Weights>;
}

/** What a state has to be of for training to go on from it. */
export interface ExpectedState {
  /** All that decides how training goes; compared as JSON. */
  spec: unknown;
  groups: readonly string[];
  shapes: readonly { name: string; shape: readonly number[] }[];
}

interface StateRecord<Values> {
  version: 2;
  spec: unknown;
  values: Values;
  tensors: string;
  sha256: string;
}

const recordName = 'checkpoint.json';
const tensorsPattern = /^checkpoint-\d+\.npz/;

/**
 * Writes a state into `folder`, in place of an older one. Interrupted at any moment it leaves one of the two whole.
 *
 * @throws ArtifactError when the disk cannot hold it; the older one stays.
 */
export async function saveState<Values extends { step: number }>(
  folder: string,
  spec: unknown,
  { values, tensors }: SavedState<Values>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = `checkpoint-${values.step}.npz`;
  const file = join(folder, name);
  const all = Object.entries(tensors).flatMap(([group, weights]) =>
    [...weights].map(([path, tensor]) => [`${group}/${path}`, tensor] as const),
  );
  await writeNpz(file, new Map(all));
  const sha256 = await digestFile(file, 'sha256');
  const record: StateRecord<Values> = { version: 2, spec, values, tensors: name, sha256 };
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record)}\n`);
  await removeTensors(folder, name);
}

/**
 * The state in `folder`; nothing where there is none.
 *
 * @throws TrainerError when it is damaged or of other training; the remedy is to start over.
 */
export async function loadState<Values extends { step: number }>(
  folder: string,
  { spec, groups, shapes }: ExpectedState,
): Promise<SavedState<Values> | undefined> {
  const text = await readFile(join(folder, recordName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as StateRecord<Values>;
    if ((record.version as number) !== 2 || JSON.stringify(record.spec) !== JSON.stringify(spec))
      throw unusable('one of this run, found one of another');
    const file = join(folder, record.tensors);
    const digest = await digestFile(file, 'sha256');
    if (digest !== record.sha256)
      throw unusable(`sha256 ${record.sha256} of ${record.tensors}, found ${digest}`);
    const expect = groups.flatMap((group) =>
      shapes.map(({ name, shape }) => ({ name: `${group}/${name}`, shape: [...shape] })),
    );
    const all = await readNpz(file, { expect });
    const tensors = groups.map((group) => [
      group,
      new Map(shapes.map(({ name }) => [name, all.get(`${group}/${name}`)!])),
    ]);
    return { values: record.values, tensors: Object.fromEntries(tensors) as Record<string, Weights> };
  } catch (cause) {
    throw cause instanceof TrainerError ? cause : unusable('a readable one', cause);
  }
}

/** Whether a file of this name belongs to a state. */
export const isCheckpoint = (name: string): boolean => name === recordName || tensorsPattern.test(name);

/** Removes the state in `folder`, where there is one. */
export async function removeState(folder: string): Promise<void> {
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
