import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';

/**
 * Identifies a job, so that another process can find it, too. Only its launcher interprets `job`. The ticket
 * in a run's folder is the claim to the run: a job that finds another ticket, or none, must leave the run
 * alone.
 */
const ticketSchema = z.strictObject({
  launcher: z.string(),
  job: z.string(),
  /** Whether the job continues when the process that submitted it ends. */
  outlives: z.boolean(),
});

export type Ticket = z.infer<typeof ticketSchema>;

/**
 * The ticket of the job that runs, or ran, this folder's run; undefined if there is none, or it is invalid.
 *
 * @throws RunFileError `unreadable` if it cannot be read.
 */
export const readTicket = (folder: string): Promise<Ticket | undefined> =>
  readJsonIfSound(folder, runFiles.ticket, ticketSchema);

export const writeTicket = (folder: string, ticket: Ticket): Promise<void> =>
  writeFileAtomic(join(folder, runFiles.ticket), `${JSON.stringify(ticket)}\n`);

export const removeTicket = (folder: string): Promise<void> =>
  rm(join(folder, runFiles.ticket), { force: true });

/** Removes a ticket and returns whether it was still there. A different ticket is kept. */
export async function giveUpTicket(folder: string, ticket: Ticket): Promise<boolean> {
  const found = await readTicket(folder);
  if (found?.launcher !== ticket.launcher || found.job !== ticket.job) return false;
  await removeTicket(folder);
  return true;
}
