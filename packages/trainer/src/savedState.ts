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

/** Training between two steps. */
export interface SavedState<Values extends { step: number }> {
  /** What can be written as JSON; `step` counts the steps done. */
  values: Values;
  /** Groups of tensors, such as parameters and their momentum; all groups have the same names and shapes. */
  tensors: Record<string, Weights>;
}

/** A state from which training cannot go on: it is damaged, or of other training. */
export class UnusableStateError extends ExplainedError {
  constructor(expectation: string, options?: ErrorOptions) {
    super(`The checkpoint cannot be used: expected ${expectation}`, 'The run starts over.', options);
  }
}

/** What a state has to be of for training to go on from it. */
export interface ExpectedState<Values> {
  /** All that decides how training goes; compared as JSON. */
  spec: unknown;
  values: z.ZodType<Values>;
  groups: readonly string[];
  shapes: readonly { name: string; shape: readonly number[] }[];
}

const recordName = 'checkpoint.json';
/** Also what interrupted writers left: staging files, and the locks of earlier versions. */
const tensorsPattern = /^(?:checkpoint-\d+\.npz(?:\.partial|\.lock)?|\.checkpoint-\d+\.npz\.[0-9a-f-]{36})$/;
const stagedRecordPattern = /^\.checkpoint\.json\.[0-9a-f-]{36}$/;
/** More than the losses of ten million steps. */
const mostRecordBytes = 256 * 1024 ** 2;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** `sha256` is of `state` as JSON, so that no byte of it can change unseen. */
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
 * Writes a state into `folder`, in place of an older one. Interrupted at any moment it leaves one of the two whole.
 *
 * @throws OutsideError when the disk cannot hold it; the older one stays.
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
 * The state in `folder`; nothing where there is none.
 *
 * @throws UnusableStateError when it is damaged or of other training; OutsideError when it cannot be read, so that nothing is
 *   known of it.
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
  if (!values.success)
    throw new UnusableStateError(`one of another form: ${values.error.issues[0]?.message ?? ''}`);
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

/** Removes the state in `folder`, where there is one. */
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
  if (!success) throw new UnusableStateError('one that this version wrote', { cause: error });
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
