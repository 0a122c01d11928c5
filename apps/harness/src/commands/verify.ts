import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unpackArchive } from '@bit-repro/archive';
import { verifyReport, type LabelsOf, type NotCompared } from '@bit-repro/report';
import { counted, exitCodes, partlyVerified } from '@bit-repro/artifacts';
import type { CommandContext } from '@bit-repro/terminal';

export interface VerifyOptions {
  runs: string;
  archive?: string;
  /** How many of the report's runs to carry out again. */
  rerun?: number;
  /** Draws them; by default a random one, which nobody can have expected. */
  seed?: number;
}

/**
 * Recomputes a report from its runs, and prints what was compared and what was not.
 *
 * @throws ExplainedError at the first thing that does not hold.
 */
export async function verify(
  file: string,
  options: VerifyOptions,
  context: CommandContext,
  labelsOf?: LabelsOf,
): Promise<number> {
  const { runs, archive } = options;
  const verifyWith = (store: string): Promise<number> =>
    verifyFrom(resolve(file), store, options, context, labelsOf);
  return archive === undefined ? verifyWith(resolve(runs)) : withUnpacked(resolve(archive), verifyWith);
}

async function verifyFrom(
  file: string,
  store: string,
  { rerun: count, seed = randomInt(2 ** 31) }: VerifyOptions,
  context: CommandContext,
  labelsOf: LabelsOf | undefined,
): Promise<number> {
  const { print } = context;
  const { records, numbers, files, notCompared } = await verifyReport(file, store, labelsOf);
  print(
    `${counted(records.length, 'run is', 'runs are')} unchanged since the report was made, and none contradicts itself`,
  );
  print(`${counted(numbers, 'number follows', 'numbers follow')} from them, and the page shows no others`);
  if (files.length > 0) print(`identical to the byte: ${files.join(', ')}`);
  if (count !== undefined && records.length > 0) {
    const { drawn, rerun } = await import('./rerun.ts');
    const again = drawn(records, count, seed);
    print(`run again, drawn with --seed ${seed}: ${again.map(({ id }) => id).join(', ')}\n`);
    notCompared.push(...(await rerun(again, context)));
  }
  if (notCompared.length === 0) {
    print('verified');
    return exitCodes.done;
  }
  print(`partly verified: ${inWords(notCompared)}`);
  return partlyVerified;
}

const inWords = (parts: readonly NotCompared[]): string =>
  parts.map(({ what, how }) => `not compared: ${what}; to compare, ${how}`).join('. Also ');

async function withUnpacked<T>(archive: string, use: (store: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-verify-'));
  try {
    await unpackArchive(archive, folder);
    return await use(join(folder, 'runs'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
