import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { exists, withLock, writeFileAtomic } from '@bit-repro/artifacts';
import {
  provenanceSchema,
  runFiles,
  runResultSchema,
  runSpecSchema,
  runTimingSchema,
  type Provenance,
  type RunRecord,
  type RunResult,
  type RunSpec,
  type RunTiming,
} from './records.ts';
import { runId, runKey } from './runKey.ts';

/** What is known of a run from its folder. */
export type RunState =
  | { kind: 'done'; record: RunRecord }
  /** Never begun, interrupted, or failed. */
  | { kind: 'open' }
  /** There is a result, but not one to rely on. */
  | { kind: 'damaged'; reason: string };

/** JSON as this project stores it: indented, keys in the order of the schema, a newline at the end. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A folder of run folders. Plain files; see docs/run-store.md. */
export class RunStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  folderOf(spec: RunSpec): string {
    return join(this.folder, runId(spec));
  }

  /** Whether a run is done, and its record; a result that does not fit its run or its checksum is found out here. */
  async state(spec: RunSpec): Promise<RunState> {
    const folder = this.folderOf(spec);
    if (!(await exists(join(folder, runFiles.result)))) return { kind: 'open' };
    try {
      const record = await readRecord(folder);
      if (record.result.key !== runKey(spec)) {
        return { kind: 'damaged', reason: 'its result is of another run' };
      }
      // The display names may have changed since; the run is the same.
      return { kind: 'done', record: { ...record, spec } };
    } catch (error) {
      return { kind: 'damaged', reason: (error as Error).message };
    }
  }

  /** Makes the folder ready for a worker: what an earlier attempt left is removed, the specification is written. */
  async open(spec: RunSpec, provenance: Provenance, diff: string | undefined): Promise<string> {
    const folder = this.folderOf(spec);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    await writeFileAtomic(join(folder, runFiles.spec), toJson(spec));
    await writeFileAtomic(join(folder, runFiles.provenance), toJson(provenance));
    if (diff !== undefined) await writeFileAtomic(join(folder, runFiles.diff), diff);
    return folder;
  }

  /** Runs `work` while no other process works on this run. */
  whileLocked<T>(spec: RunSpec, work: () => Promise<T>): Promise<T> {
    return withLock(this.folderOf(spec), work);
  }
}

/** Reads a finished run and checks every file of it. */
export async function readRecord(folder: string): Promise<RunRecord> {
  const resultText = await readFile(join(folder, runFiles.result), 'utf8');
  const timing = await readJson(folder, runFiles.timing, runTimingSchema);
  const digest = createHash('sha256').update(resultText).digest('hex');
  if (digest !== timing.resultSha256) {
    throw new Error(
      `${runFiles.result} was altered: expected sha256 ${timing.resultSha256}, found ${digest}`,
    );
  }
  return {
    id: folder.split(/[\\/]/).at(-1) ?? folder,
    folder,
    spec: await readJson(folder, runFiles.spec, runSpecSchema),
    provenance: await readJson(folder, runFiles.provenance, provenanceSchema),
    result: runResultSchema.parse(JSON.parse(resultText)),
    timing,
  };
}

export const readSpec = (folder: string): Promise<RunSpec> => readJson(folder, runFiles.spec, runSpecSchema);

/** Writes what makes a run done: its times first, its result last. */
export async function writeResult(
  folder: string,
  result: RunResult,
  timing: Omit<RunTiming, 'resultSha256'>,
): Promise<void> {
  const text = toJson(result);
  const resultSha256 = createHash('sha256').update(text).digest('hex');
  await writeFileAtomic(join(folder, runFiles.timing), toJson({ ...timing, resultSha256 }));
  await writeFileAtomic(join(folder, runFiles.result), text);
}

async function readJson<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const file = join(folder, name);
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${name} is not as this version writes it: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
