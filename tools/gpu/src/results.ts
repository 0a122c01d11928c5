import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAny, writeFileAtomic } from '@bit-repro/artifacts';
import { z } from 'zod';

/** What became of one step. */
const resultSchema = z.object({
  /** Whether the step found what it must. */
  ok: z.boolean(),
  at: z.iso.datetime(),
  seconds: z.number(),
  /** Why not. */
  problem: z.string().optional(),
  value: z.json().optional(),
});
export type Result = z.infer<typeof resultSchema>;

const resultsSchema = z.record(z.string(), resultSchema);
/** By step. */
export type Results = z.infer<typeof resultsSchema>;

const fileIn = (folder: string): string => join(folder, 'results.json');

/** @throws ZodError where the file holds something else. */
export async function readResults(folder: string): Promise<Results> {
  const text = await ifAny(fileIn(folder), (file) => readFile(file, 'utf8'));
  return text === undefined ? {} : resultsSchema.parse(JSON.parse(text));
}

export async function keepResult(folder: string, step: string, result: Result): Promise<void> {
  const results = { ...(await readResults(folder)), [step]: result };
  await writeFileAtomic(fileIn(folder), `${JSON.stringify(results, null, 2)}\n`);
}
