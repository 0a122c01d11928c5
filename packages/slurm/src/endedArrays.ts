import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ticket } from '@bit-repro/runs';
import { arraysFolder } from './slurmLauncher.ts';

/** The name of an array, with which its tickets and files start. */
const arrayOf = (name: string): string | undefined => /^bit-repro-[0-9a-f-]{36}/.exec(name)?.[0];

/** Files of arrays that no current ticket refers to. */
export async function filesOfEndedArrays(
  store: string,
  tickets: readonly Ticket[],
): Promise<{ file: string; bytes: number }[]> {
  const folder = arraysFolder(store);
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const current = new Set(tickets.map(({ job }) => arrayOf(job)));
  const ended = names.filter((name) => arrayOf(name) !== undefined && !current.has(arrayOf(name)));
  return Promise.all(
    ended.map(async (name) => {
      const file = join(folder, name);
      return { file, bytes: (await stat(file)).size };
    }),
  );
}
