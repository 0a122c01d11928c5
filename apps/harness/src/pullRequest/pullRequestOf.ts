import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const eventSchema = z.object({
  pull_request: z
    .object({
      number: z.int(),
      head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }),
      base: z.object({ repo: z.object({ full_name: z.string() }) }),
    })
    .optional(),
});

/** The pull request that a workflow runs for. */
export interface PullRequest {
  number: number;
  /** From another repository, whose token may not write here. */
  isFromFork: boolean;
}

/** Reads the event file that GitHub gives a job; nothing where it is not of a pull request. */
export async function pullRequestOf(eventFile: string | undefined): Promise<PullRequest | undefined> {
  if (eventFile === undefined || eventFile === '') return undefined;
  const { pull_request: pull } = eventSchema.parse(JSON.parse(await readFile(eventFile, 'utf8')));
  if (pull === undefined) return undefined;
  const isFromFork = pull.head.repo?.full_name !== pull.base.repo.full_name;
  return { number: pull.number, isFromFork };
}
