import { z } from 'zod';
import { readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';

/** After so long without a word a worker counts as silent: longer than any step, shorter than a coffee break. */
const silentAfterMs = 120_000;

/** What a worker says of itself while it runs, over and over. */
export const heartbeatSchema = z.strictObject({
  pid: z.int().positive(),
  host: z.string(),
  startedAt: z.iso.datetime(),
  /** When this was written. */
  at: z.iso.datetime(),
  /** Steps done, of `steps`. */
  step: z.int().nonnegative(),
  steps: z.int().positive(),
  /** Of the last step; absent before the first. */
  loss: z.number().optional(),
  /** Test images done, of `total`; absent while it trains. */
  evaluating: z.strictObject({ step: z.int().nonnegative(), done: z.int(), total: z.int() }).optional(),
});

export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** The last that was heard of the worker in this folder; nothing where there is no sound heartbeat. */
export const readHeartbeat = (folder: string): Promise<Heartbeat | undefined> =>
  readJsonIfSound(folder, runFiles.heartbeat, heartbeatSchema);

/** Whether a worker has not been heard of for so long that something is wrong with it. */
export const isSilent = ({ at }: Heartbeat, now = Date.now()): boolean =>
  now - Date.parse(at) > silentAfterMs;
