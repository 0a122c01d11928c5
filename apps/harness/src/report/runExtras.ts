import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { runFiles, runEventSchema, type RunRecord } from '../store/records.ts';

/** What a report shows of a run beside its numbers, and by what its files are known. */
export interface RunExtras {
  /** SHA-256 of the files that the report was made from, by name; those that the run lacks are left out. */
  files: Record<string, string>;
  /** Loss of the training batch, by step. */
  losses: { step: number; loss: number }[];
  /** PNG of the training images. */
  picture?: Uint8Array;
}

/** From how many runs on losses and pictures are left out: a page could not show them. */
export const mostShown = 400;

/** Reads what a report needs of its runs beyond their records; a file that is not there is left out. */
export async function readExtras(records: readonly RunRecord[]): Promise<Map<string, RunExtras>> {
  const showsAll = records.length <= mostShown;
  const read = async (record: RunRecord): Promise<[string, RunExtras]> => [
    record.id,
    await readExtrasOf(record, showsAll),
  ];
  return new Map(await new PQueue({ concurrency: 16 }).addAll(records.map((record) => () => read(record))));
}

async function readExtrasOf({ folder }: RunRecord, showsAll: boolean): Promise<RunExtras> {
  const { spec, provenance, result, timing, events, subset } = runFiles;
  const names = [spec, provenance, result, timing, ...(showsAll ? [events, subset] : [])];
  const contents = new Map<string, Uint8Array>();
  for (const name of names) {
    const content = await readFile(join(folder, name)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (content !== undefined) contents.set(name, content);
  }
  const picture = contents.get(subset);
  return {
    files: Object.fromEntries(
      [...contents].map(([name, content]) => [name, createHash('sha256').update(content).digest('hex')]),
    ),
    losses: lossesOf(contents.get(events)),
    ...(picture !== undefined && { picture }),
  };
}

/** Steps that were done twice, after a crash, count once; a line cut short by one does not. */
function lossesOf(events: Uint8Array | undefined): RunExtras['losses'] {
  const losses = new Map<number, number>();
  for (const line of linesOf(Buffer.from(events ?? []))) {
    const event = parsed(line);
    if (event?.kind === 'step') losses.set(event.step, event.loss);
  }
  return [...losses].sort(([one], [other]) => one - other).map(([step, loss]) => ({ step, loss }));
}

/** Longer than any event. */
const mostLineBytes = 64 * 1024;

/** One by one: all of a long file is more than a string can hold. Lines that can be no events are left out. */
function* linesOf(content: Buffer): Generator<string> {
  for (let start = 0; start < content.length;) {
    const found = content.indexOf('\n', start);
    const end = found === -1 ? content.length : found;
    if (end - start <= mostLineBytes) yield content.toString('utf8', start, end);
    start = end + 1;
  }
}

function parsed(line: string): ReturnType<typeof runEventSchema.parse> | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
