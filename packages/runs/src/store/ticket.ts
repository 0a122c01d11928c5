import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { readJsonIfSound } from './readFile.ts';
import { runFiles } from './records.ts';

/**
 * By what a launcher finds a job again, also from another process. Only that launcher reads `job`. The ticket in a run's folder
 * is the claim to it: who finds another one there than his own, or none any more, lets go of the run.
 */
const ticketSchema = z.strictObject({
  launcher: z.string(),
  job: z.string(),
  /** Whether the job goes on when the process that sent it ends. */
  outlives: z.boolean(),
});

export type Ticket = z.infer<typeof ticketSchema>;

/**
 * The ticket of whoever carries this folder's run out, or did; nothing where there is no sound one.
 *
 * @throws RunFileError where there may be one, but it cannot be read.
 */
export const readTicket = (folder: string): Promise<Ticket | undefined> =>
  readJsonIfSound(folder, runFiles.ticket, ticketSchema);

export const writeTicket = (folder: string, ticket: Ticket): Promise<void> =>
  writeFileAtomic(join(folder, runFiles.ticket), `${JSON.stringify(ticket)}\n`);

export const removeTicket = (folder: string): Promise<void> =>
  rm(join(folder, runFiles.ticket), { force: true });

/** Removes a ticket, and tells whether it was still there. Another one stays. */
export async function giveUpTicket(folder: string, ticket: Ticket): Promise<boolean> {
  const found = await readTicket(folder);
  if (found?.launcher !== ticket.launcher || found.job !== ticket.job) return false;
  await removeTicket(folder);
  return true;
}
