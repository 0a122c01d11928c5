import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { readRegularFile } from '@bit-repro/artifacts';
import { RunFileError } from './errors.ts';

/** More than the JSON of a run with a million training images, and than the events of a million steps. */
const mostBytes = 256 * 1024 ** 2;
const mostTries = 10;

/**
 * Reads one of a run's files.
 *
 * @throws RunFileError `damaged` where there is none, `unreadable` where that cannot be told or it is no file.
 */
export async function readRunFile(folder: string, name: string): Promise<Buffer> {
  const file = join(folder, name);
  for (let tries = 1; ; tries += 1) {
    try {
      return await readRegularFile(file, mostBytes);
    } catch (cause) {
      if (!isMissing(cause)) throw unreadable(name, cause);
      const entry = await entryAt(file);
      if (entry === undefined) throw new RunFileError('damaged', `${name} is missing`, { cause });
      // A link to nowhere; anything else has come to be in between, as a heartbeat does.
      if (entry.isSymbolicLink() || tries === mostTries) throw unreadable(name, cause);
    }
  }
}

/** As `readRunFile`; nothing where there is no such file. @throws RunFileError `unreadable`. */
export async function readRunFileIfThere(folder: string, name: string): Promise<Buffer | undefined> {
  try {
    return await readRunFile(folder, name);
  } catch (error) {
    if (error instanceof RunFileError && error.kind === 'damaged') return undefined;
    throw error;
  }
}

/** Reads one of a run's files and holds it to its schema. @throws RunFileError as `readRunFile`; `foreign`. */
export async function readJson<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseJson(name, await readRunFile(folder, name), schema);
}

/** As `readJson`; nothing where there is no such file, or it is not as this version writes it. @throws RunFileError `unreadable`. */
export async function readJsonIfSound<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return await readJson(folder, name, schema);
  } catch (error) {
    if (error instanceof RunFileError && error.kind !== 'unreadable') return undefined;
    throw error;
  }
}

/** The content of a JSON file. @throws RunFileError `damaged` where it is no JSON, `foreign` where it is of another form. */
export function parseJson<Schema extends z.ZodType>(
  name: string,
  bytes: Buffer,
  schema: Schema,
): z.output<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new RunFileError('damaged', `${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RunFileError(
    'foreign',
    `${name} is not as this version writes it: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

export const unreadable = (name: string, cause: unknown): RunFileError =>
  new RunFileError('unreadable', `${name} cannot be read: ${(cause as Error).message}`, { cause });

/** Whether there is an entry of this name: a link to nowhere is one. */
export const isThere = async (file: string): Promise<boolean> => (await entryAt(file)) !== undefined;

async function entryAt(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
