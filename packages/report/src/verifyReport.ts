import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { counted, exists, ExplainedError } from '@bit-repro/artifacts';
import { type RunRecord, RunStore } from '@bit-repro/runs';
import { checkRuns } from './checkRuns.ts';
import { generatorDigest, thisPlatform, type Evidence } from './evidence.ts';
import { findUnlisted } from './leftOut.ts';
import type { NotCompared } from './notCompared.ts';
import { readPage } from './readEvidence.ts';
import { remakeReport, type RemadeReport } from './remakeReport.ts';
import { reportFileNames, reportFiles } from './reportFiles.ts';
import { here, type Surroundings } from './surroundings.ts';

/** What was found to hold. */
export interface Verification {
  /** The report's runs. */
  records: readonly RunRecord[];
  /** How many numbers follow from them. */
  numbers: number;
  /** Files of the report that are, byte for byte, what the runs give. */
  files: string[];
  /** Empty where everything was compared. */
  notCompared: NotCompared[];
}

/**
 * Recomputes a report from the runs of a store, offline: its runs' files are those that it was made from and do not
 * contradict each other, its target is the one of now, every number follows from its runs, the page shows just these
 * numbers, the same code makes the same files of them, and the store had no more runs of these recipes than the page says.
 *
 * @param file the report's page; the report's other files stand beside it.
 * @param store a folder of runs.
 * @param surroundings by default this machine and this checkout.
 * @throws ExplainedError at the first thing that does not hold.
 */
export async function verifyReport(
  file: string,
  store: string,
  { labelsOf, commit }: Surroundings = here,
): Promise<Verification> {
  const remade = await remakeReport(await readPage(file), (id) => join(store, id));
  const { evidence, records } = remade;
  const ofRuns = await checkRuns(records, labelsOf);
  const { files, notCompared } = await compareFiles(file, remade, commit);
  const unlisted = await findUnlisted(new RunStore(store), evidence.request, records);
  return {
    records,
    numbers: evidence.numbers.length,
    files,
    notCompared: [...ofRuns, ...notCompared, ...hiddenRuns(unlisted.map(({ id }) => id))],
  };
}

async function compareFiles(
  file: string,
  { evidence, render }: RemadeReport,
  commit: Surroundings['commit'],
): Promise<Pick<Verification, 'files' | 'notCompared'>> {
  if (render === undefined) {
    if (evidence.commit !== undefined && evidence.commit === (await commit()))
      await refuseOtherCode(file, evidence.generator, evidence.commit);
    return { files: [], notCompared: [byOtherCode(file, evidence)] };
  }
  const isSamePlatform = evidence.platform === thisPlatform;
  const rendered = await render(evidence.platform);
  await requireNoOthers(dirname(file), rendered);
  const comparable = [...rendered].filter(([name]) => isSamePlatform || !name.endsWith('.png'));
  for (const [name, content] of comparable) {
    await requireSameContent(name === reportFiles.html ? file : join(dirname(file), name), content);
  }
  const ofPlatform = {
    what: `the PNG files (${evidence.platform} drew them, and their last bits are its own)`,
    how: `run verify on ${evidence.platform}`,
  };
  return { files: comparable.map(([name]) => name), notCompared: isSamePlatform ? [] : [ofPlatform] };
}

/** The most runs that are named. */
const mostNamed = 5;

function hiddenRuns(ids: readonly string[]): NotCompared[] {
  if (ids.length === 0) return [];
  const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '';
  return [
    {
      what: `${counted(ids.length, 'run')} of these recipes that the report neither counts nor lists: ${ids.slice(0, mostNamed).join(', ')}${more}`,
      how: 'ask why, or make the report again with `harness run`',
    },
  ];
}

const byOtherCode = (file: string, { commit }: Evidence): NotCompared => ({
  what: 'the words, the figures and the other files (other code than this made the report)',
  how:
    commit === undefined
      ? `check out the commit that made it (\`git log -- ${relative('.', file)}\` lists those that changed it) and run verify there`
      : `check out commit ${commit} and run verify there`,
});

/** Whoever alters words could otherwise have them not compared, by a digest of code that is nowhere. */
async function refuseOtherCode(file: string, generator: string, commit: string): Promise<never> {
  throw new ExplainedError(
    `Expected ${file} to be made by the code of commit ${commit}, which it names and which is checked out here, SHA-256 ${await generatorDigest()}, found code of SHA-256 ${generator} in its evidence`,
    'Run `npm ci`, so that the packages are those of the commit, and verify again. If it is refused again, the page was altered: make the report again with `harness run`.',
  );
}

/** A figure that the runs do not give would pass for one of theirs. */
async function requireNoOthers(folder: string, rendered: ReadonlyMap<string, unknown>): Promise<void> {
  for (const name of reportFileNames) {
    if (rendered.has(name) || !(await exists(join(folder, name)))) continue;
    throw new ExplainedError(
      `Expected no ${name} in ${folder}, because the runs give none`,
      'The file is not of this report: remove it.',
    );
  }
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
