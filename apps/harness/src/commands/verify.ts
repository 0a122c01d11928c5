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
}

/**
 * Recomputes a report from its runs, and prints what was compared and what was not.
 *
 * @throws ExplainedError at the first thing that does not hold.
 */
export async function verify(
  file: string,
  { runs, archive }: VerifyOptions,
  context: CommandContext,
  labelsOf?: LabelsOf,
): Promise<number> {
  const verifyWith = (store: string): Promise<number> => verifyFrom(resolve(file), store, context, labelsOf);
  return archive === undefined ? verifyWith(resolve(runs)) : withUnpacked(resolve(archive), verifyWith);
}

async function verifyFrom(
  file: string,
  store: string,
  { print }: CommandContext,
  labelsOf: LabelsOf | undefined,
): Promise<number> {
  const { records, numbers, files, notCompared } = await verifyReport(file, store, labelsOf);
  print(
    `${counted(records.length, 'run is', 'runs are')} unchanged since the report was made, and none contradicts itself`,
  );
  print(`${counted(numbers, 'number follows', 'numbers follow')} from them, and the page shows no others`);
  if (files.length > 0) print(`identical to the byte: ${files.join(', ')}`);
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
