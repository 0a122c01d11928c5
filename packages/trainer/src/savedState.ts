import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  digestFile,
  ExplainedError,
  explainFileError,
  readRegularFile,
  writeFileAtomic,
} from '@bit-repro/artifacts';
import { readNpz, writeNpz, type Weights } from '@bit-repro/model';

/** The state of training between two steps. */
export interface SavedState<Values extends { step: number }> {
  /** JSON values; `step` counts the completed steps. */
  values: Values;
  /** Groups of tensors, such as parameters and their momentum. All groups have the same names and shapes. */
  tensors: Record<string, Weights>;
}

/** A state that training cannot resume from, because it is damaged or belongs to other training. */
export class UnusableStateError extends ExplainedError {
  constructor(expectation: string, options?: ErrorOptions) {
    super(
      `The checkpoint cannot be used: expected ${expectation}`,
      'The run starts again from the beginning.',
      options,
    );
  }
}

/** What a state must match for training to resume from it. */
export interface ExpectedState<Values> {
  /** Everything that training depends on, compared as JSON. */
  spec: unknown;
  values: z.ZodType<Values>;
  groups: readonly string[];
  shapes: readonly { name: string; shape: readonly number[] }[];
}

const recordName = 'checkpoint.json';
/** Includes leftovers of interrupted writers: staging files, and the locks of earlier versions. */
const tensorsPattern = /^(?:checkpoint-\d+\.npz(?:\.partial|\.lock)?|\.checkpoint-\d+\.npz\.[0-9a-f-]{36})$/;
const stagedRecordPattern = /^\.checkpoint\.json\.[0-9a-f-]{36}$/;
/** Larger than the losses of ten million steps. */
const mostRecordBytes = 256 * 1024 ** 2;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** `sha256` is that of `state` as JSON, so that any altered byte is detected. */
const recordSchema = z.strictObject({
  version: z.literal(3),
  sha256,
  state: z.strictObject({
    spec: z.unknown(),
    values: z.unknown(),
    tensors: z.strictObject({ file: z.string().regex(/^checkpoint-\d+\.npz$/), sha256 }),
  }),
});

/**
 * Writes a state into `folder`, replacing an older one. If interrupted at any moment, one of the two is
 * complete.
 *
 * @throws OutsideError if the disk is full; the older one is kept.
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
  const state = { spec, values, tensors: { file: name, sha256: await digestFile(file, 'sha256') } };
  const record = { version: 3, sha256: digestOf(state), state };
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record)}\n`);
  await removeTensors(folder, name);
}

/**
 * The state in `folder`; undefined if there is none.
 *
 * @throws UnusableStateError if it is damaged or belongs to other training; OutsideError if it cannot be
 * read, so that nothing is known about it.
 */
export async function loadState<Values extends { step: number }>(
  folder: string,
  { spec, values: valuesSchema, groups, shapes }: ExpectedState<Values>,
): Promise<SavedState<Values> | undefined> {
  const text = await readIfThere(join(folder, recordName));
  if (text === undefined) return undefined;
  const { state } = parsedRecord(text);
  if (JSON.stringify(state.spec) !== JSON.stringify(spec))
    throw new UnusableStateError('one of this run, found one of another');
  const values = valuesSchema.safeParse(state.values);
  if (!values.success) throw new UnusableStateError(`valid values: ${values.error.issues[0]?.message ?? ''}`);
  const { tensors } = state;
  const file = join(folder, tensors.file);
  const digest = await digestFile(file, 'sha256').catch((cause: unknown) => {
    if (isMissing(cause)) throw new UnusableStateError(`${tensors.file}, which is missing`, { cause });
    throw explainFileError(cause, 'read', file);
  });
  if (digest !== tensors.sha256)
    throw new UnusableStateError(`sha256 ${tensors.sha256} of ${tensors.file}, found ${digest}`);
  const expect = groups.flatMap((group) =>
    shapes.map(({ name, shape }) => ({ name: `${group}/${name}`, shape: [...shape] })),
  );
  const all = await readNpz(file, { expect });
  const grouped = groups.map((group): [string, Weights] => [
    group,
    new Map(shapes.map(({ name }) => [name, all.get(`${group}/${name}`)!])),
  ]);
  return { values: values.data, tensors: Object.fromEntries(grouped) };
}

/** Whether a file of this name belongs to a state. */
export const isCheckpoint = (name: string): boolean =>
  name === recordName || tensorsPattern.test(name) || stagedRecordPattern.test(name);

/** Removes the state in `folder`, if any. */
export async function removeState(folder: string): Promise<void> {
  await rm(join(folder, recordName), { force: true });
  await removeTensors(folder);
}

async function removeTensors(folder: string, except?: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const isLeftOver = tensorsPattern.test(name) || stagedRecordPattern.test(name);
    // The locks of earlier versions are folders.
    if (isLeftOver && name !== except) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function parsedRecord(text: string): z.infer<typeof recordSchema> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new UnusableStateError('JSON', { cause });
  }
  const { success, data, error } = recordSchema.safeParse(content);
  if (!success) throw new UnusableStateError('one written by this version', { cause: error });
  const digest = digestOf(data.state);
  if (digest !== data.sha256)
    throw new UnusableStateError(`sha256 ${data.sha256} of ${recordName}, found ${digest}`);
  return data;
}

const digestOf = (state: unknown): string => createHash('sha256').update(JSON.stringify(state)).digest('hex');

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readRegularFile(file, mostRecordBytes)).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw explainFileError(error, 'read', file);
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
