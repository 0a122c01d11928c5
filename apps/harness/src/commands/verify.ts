import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unpackArchive } from '@bit-repro/archive';
import { verifyReport, type Verification } from '@bit-repro/report';
import { counted, exitCodes } from '@bit-repro/artifacts';
import type { CommandContext } from '@bit-repro/terminal';

export interface VerifyOptions {
  runs: string;
  archive?: string;
}

/** Recomputes a report from its runs and prints what was compared. */
export async function verify(
  file: string,
  { runs, archive }: VerifyOptions,
  { print }: CommandContext,
): Promise<number> {
  const found =
    archive === undefined
      ? await verifyReport(resolve(file), resolve(runs))
      : await verifyFromArchive(resolve(file), resolve(archive));
  print(`${counted(found.runs, 'run is', 'runs are')} unchanged since the report was made`);
  print(
    `${counted(found.numbers, 'number follows', 'numbers follow')} from them, and the page shows no others`,
  );
  if (found.files.length > 0) print(`identical to the byte: ${found.files.join(', ')}`);
  if (found.unchecked !== '') print(`not compared: ${found.unchecked}`);
  print('verified');
  return exitCodes.done;
}

async function verifyFromArchive(file: string, archive: string): Promise<Verification> {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-verify-'));
  try {
    await unpackArchive(archive, folder);
    return await verifyReport(file, join(folder, 'runs'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
