import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { readRegularFile } from '@bit-repro/artifacts';
import { RunFileError } from './errors.ts';

/** Larger than the JSON of a run with a million training images, and than the events of a million steps. */
const mostBytes = 256 * 1024 ** 2;
const mostTries = 10;

/**
 * Reads one of a run's files.
 *
 * @throws RunFileError `damaged` if it is missing; `unreadable` if it cannot be read or is not a regular
 * file.
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
      // A dangling link. Any other file has appeared meanwhile, as a heartbeat may.
      if (entry.isSymbolicLink() || tries === mostTries) throw unreadable(name, cause);
    }
  }
}

/** Like `readRunFile`, but undefined if the file is missing. @throws RunFileError `unreadable`. */
export async function readRunFileIfThere(folder: string, name: string): Promise<Buffer | undefined> {
  try {
    return await readRunFile(folder, name);
  } catch (error) {
    if (error instanceof RunFileError && error.kind === 'damaged') return undefined;
    throw error;
  }
}

/**
 * Reads and validates one of a run's JSON files. @throws RunFileError as `readRunFile`; `foreign` if it does
 * not match the schema.
 */
export async function readJson<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseJson(name, await readRunFile(folder, name), schema);
}

/** Like `readJson`, but undefined if the file is missing or invalid. @throws RunFileError `unreadable`. */
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

/**
 * Parses and validates JSON. @throws RunFileError `damaged` if it is not JSON; `foreign` if it does not match
 * the schema.
 */
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
    `${name} is not in the format of this version: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

export const unreadable = (name: string, cause: unknown): RunFileError =>
  new RunFileError('unreadable', `${name} cannot be read: ${(cause as Error).message}`, { cause });

/** Whether an entry of this name exists, even a dangling link. */
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
