import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile, ifAny } from '@bit-repro/artifacts';
import { z } from 'zod';

const resultSchema = z.object({
  final: z.object({ top1: z.number(), loss: z.number() }),
  splits: z.array(z.object({ step: z.number(), batchSplit: z.number() })),
});
const spread = z.object({ mean: z.number(), max: z.number() });
const timingSchema = z.object({
  seconds: z.number(),
  evaluationSeconds: z.number(),
  peakRssBytes: z.number(),
  device: z.string(),
  telemetry: z
    .object({
      gpu: z
        .object({
          samples: z.number(),
          memoryBytes: spread.exactOptional(),
          utilisation: spread.exactOptional(),
          powerWatts: spread.exactOptional(),
          energyWattHours: z.number().exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
});
/** What a finished run came to, and took. */
export const runSchema = z.object({ ...resultSchema.shape, ...timingSchema.shape });
export type Run = z.infer<typeof runSchema>;

const eventSchema = z.object({ kind: z.string(), step: z.number().optional(), loss: z.number().optional() });
export type RunEvent = z.infer<typeof eventSchema>;

/** The folders of a store's runs, in the order of their names. */
export async function foldersOf(store: string): Promise<string[]> {
  const names = (await ifAny(store, (folder) => readdir(folder))) ?? [];
  return names
    .filter((name) => !name.startsWith('.') && !name.endsWith('.lock'))
    .sort()
    .map((name) => join(store, name));
}

export async function readRun(folder: string): Promise<Run> {
  const read = async (name: string): Promise<object> =>
    z.looseObject({}).parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
  return runSchema.parse({ ...(await read('timing.json')), ...(await read('result.json')) });
}

/** The run's events so far, whole lines only. */
export async function eventsOf(folder: string): Promise<RunEvent[]> {
  const text = (await ifAny(join(folder, 'events.jsonl'), (file) => readFile(file, 'utf8'))) ?? '';
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [eventSchema.parse(JSON.parse(line))]));
}

/** The loss of each step, in order. */
export const lossesOf = async (folder: string): Promise<number[]> =>
  (await eventsOf(folder)).flatMap(({ kind, loss }) => (kind === 'step' && loss !== undefined ? [loss] : []));

/** What a repeated run must have to the bit. */
export const bitsOf = (folder: string): Promise<string[]> =>
  Promise.all(['result.json', 'weights.npz'].map((name) => digestFile(join(folder, name), 'sha256')));
