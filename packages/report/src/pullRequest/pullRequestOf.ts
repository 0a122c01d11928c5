import { readFile } from 'node:fs/promises';
import { InputError } from '@bit-repro/artifacts';
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

/**
 * Reads the event file that GitHub gives a job; nothing where it is not of a pull request.
 *
 * @throws InputError where the file is not there, or not as GitHub writes it.
 */
export async function pullRequestOf(eventFile: string | undefined): Promise<PullRequest | undefined> {
  if (eventFile === undefined || eventFile === '') return undefined;
  const { pull_request: pull } = await readEvent(eventFile);
  if (pull === undefined) return undefined;
  const isFromFork = pull.head.repo?.full_name !== pull.base.repo.full_name;
  return { number: pull.number, isFromFork };
}

async function readEvent(file: string): Promise<z.infer<typeof eventSchema>> {
  try {
    return eventSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new InputError(
      `Expected the event of the job in ${file}, which GITHUB_EVENT_PATH names, found ${code ?? message.split('\n')[0]!}`,
      'Name the pull request by --pull.',
      { cause },
    );
  }
}
