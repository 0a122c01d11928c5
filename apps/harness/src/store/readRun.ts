import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { RunFileError } from './errors.ts';
import {
  provenanceSchema,
  runFiles,
  runResultSchema,
  runSpecSchema,
  runTimingSchema,
  type RunRecord,
  type RunSpec,
} from './records.ts';
import { runKey } from './runKey.ts';

/**
 * Reads a finished run and checks every file of it: against the checksum of its result, against the run that the folder is
 * of, and against the schemas.
 *
 * @throws RunFileError when a file is missing, altered, or of another version.
 */
export async function readRecord(folder: string): Promise<RunRecord> {
  // First, so that a run of another version is called so whatever else is wrong with it.
  const spec = await readSpec(folder);
  const [resultText, timing, provenance] = await Promise.all([
    readText(folder, runFiles.result),
    readJson(folder, runFiles.timing, runTimingSchema),
    readJson(folder, runFiles.provenance, provenanceSchema),
  ]);
  const digest = createHash('sha256').update(resultText).digest('hex');
  if (digest !== timing.resultSha256) {
    throw new RunFileError(
      'damaged',
      `${runFiles.result} was altered: expected sha256 ${timing.resultSha256}, found ${digest}`,
    );
  }
  const result = checked(runFiles.result, resultText, runResultSchema);
  if (result.key !== runKey(spec)) throw new RunFileError('damaged', 'its result is of another run');
  return { id: basename(folder), folder, spec, provenance, result, timing };
}

/** @throws RunFileError when there is none, or it is damaged or of another version. */
export const readSpec = (folder: string): Promise<RunSpec> => readJson(folder, runFiles.spec, runSpecSchema);

/** Reads one of a run's files and holds it to its schema. @throws RunFileError as `readRecord`. */
export async function readJson<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return checked(name, await readText(folder, name), schema);
}

async function readText(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing ? 'is missing' : `cannot be read: ${(cause as Error).message}`;
    throw new RunFileError('damaged', `${name} ${problem}`, { cause });
  }
}

function checked<Schema extends z.ZodType>(name: string, text: string, schema: Schema): z.output<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(text);
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
