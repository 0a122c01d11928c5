import { readFile } from 'node:fs/promises';
import { ifAny } from '@bit-repro/artifacts';
import { z } from 'zod';
import { processorFile } from './settings.ts';

/** What a processor computed of the same weights and images, by network. */
export const processorSchema = z.object({
  made: z.string(),
  logits: z.record(z.string(), z.array(z.array(z.number()))),
  losses: z.record(z.string(), z.array(z.number())),
});

export async function readProcessor(): Promise<z.infer<typeof processorSchema> | undefined> {
  const text = await ifAny(processorFile, (file) => readFile(file, 'utf8'));
  return text === undefined ? undefined : processorSchema.parse(JSON.parse(text));
}

/** The norm of the difference, relative to the norm of what was expected. */
export function relativeDifference(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) {
    throw new Error(`Expected ${expected.length} numbers, found ${found.length}`);
  }
  const norm = (values: readonly number[]): number => Math.hypot(...values);
  return norm(found.map((value, at) => value - expected[at]!)) / norm(expected);
}
