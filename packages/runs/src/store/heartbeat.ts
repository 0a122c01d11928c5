import { z } from 'zod';
import { readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';

/** A worker without a heartbeat for this long counts as silent. Longer than any step. */
const silentAfterMs = 120_000;

/** What a worker writes at regular intervals while it runs. */
export const heartbeatSchema = z.strictObject({
  pid: z.int().positive(),
  host: z.string(),
  startedAt: z.iso.datetime(),
  /** Time of this heartbeat. */
  at: z.iso.datetime(),
  /** Steps done, of `steps`. */
  step: z.int().nonnegative(),
  steps: z.int().positive(),
  /** Loss of the last step; absent before the first. */
  loss: z.number().optional(),
  /** Test images done, of `total`; absent during training. */
  evaluating: z.strictObject({ step: z.int().nonnegative(), done: z.int(), total: z.int() }).optional(),
});

export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** The last heartbeat of the worker in this folder; undefined if there is none, or it is invalid. */
export const readHeartbeat = (folder: string): Promise<Heartbeat | undefined> =>
  readJsonIfSound(folder, runFiles.heartbeat, heartbeatSchema);

/** Whether a worker's last heartbeat is so old that something is wrong. */
export const isSilent = ({ at }: Heartbeat, now = Date.now()): boolean =>
  now - Date.parse(at) > silentAfterMs;
