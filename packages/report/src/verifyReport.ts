import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExplainedError, InputError } from '@bit-repro/artifacts';
import { thisPlatform } from './evidence.ts';
import { remakeReport } from './remakeReport.ts';
import { reportFiles } from './reportFiles.ts';

/** What was found to hold. */
export interface Verification {
  runs: number;
  numbers: number;
  /** Files of the report that are, byte for byte, what the runs give. */
  files: string[];
  /** Why files were not compared; empty where all were. */
  unchecked: string;
}

/**
 * Recomputes a report from the runs of a store, offline: its runs' files are those that it was made from, its target is
 * the one of now, every number follows from its runs, the page shows just these numbers, and the same code makes the same
 * files of them.
 *
 * @param file the report's page; the report's other files stand beside it.
 * @param store a folder of runs.
 * @throws ExplainedError at the first thing that does not hold.
 */
export async function verifyReport(file: string, store: string): Promise<Verification> {
  const { evidence, render } = await remakeReport(await readPage(file), (id) => join(store, id));
  const found = { runs: evidence.runs.length, numbers: evidence.numbers.length };
  if (render === undefined) {
    return {
      ...found,
      files: [],
      unchecked:
        'other code than this made the report: its numbers were compared, its words, figures and other files were not',
    };
  }
  const isSamePlatform = evidence.platform === thisPlatform;
  const comparable = [...(await render(evidence.platform))].filter(
    ([name]) => isSamePlatform || !name.endsWith('.png'),
  );
  for (const [name, content] of comparable) {
    await requireSameContent(name === reportFiles.html ? file : join(dirname(file), name), content);
  }
  return {
    ...found,
    files: comparable.map(([name]) => name),
    unchecked: isSamePlatform ? '' : `${evidence.platform} drew the PNG files: they were not compared`,
  };
}

async function readPage(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError(
      `Expected a report at ${file}, found that it cannot be read: ${(cause as Error).message}`,
      'Name a report.html that `harness run` wrote.',
      { cause },
    );
  });
}

async function requireSameContent(file: string, expected: string | Uint8Array): Promise<void> {
  const found = await readFile(file).catch((cause: unknown) => {
    throw new ExplainedError(`Expected ${file}, found none`, 'Make the report again.', { cause });
  });
  const bytes = Buffer.from(expected);
  if (bytes.equals(found)) return;
  const at = bytes.findIndex((byte, index) => byte !== found[index]);
  const offset = at === -1 ? bytes.length : at;
  const around = (content: Buffer): string =>
    JSON.stringify(content.subarray(Math.max(0, offset - 30), offset + 30).toString('utf8'));
  const line = bytes.subarray(0, offset).toString('utf8').split('\n').length;
  throw new ExplainedError(
    file.endsWith('.png')
      ? `Expected ${file} as the runs give it, found another at byte ${offset}`
      : `Expected ${around(bytes)} in ${file}, line ${line}, found ${around(found)}`,
    'The file was altered after the report was made.',
  );
}
