import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadTarget, type Target } from '../config/index.ts';
import type { PlannedRun } from '../plan/index.ts';
import { readRecord } from '../store/readRun.ts';
import type { RunRecord } from '../store/records.ts';
import { derive } from './derivation.ts';
import { ReportError } from './errors.ts';
import { digestOfTarget, generatorDigest, thisPlatform, type Evidence } from './evidence.ts';
import { written } from './ledger.ts';
import { readEvidence, type ShownNumber } from './readEvidence.ts';
import { renderReport } from './renderReport.ts';
import type { ReportedExperiment } from './reportData.ts';
import { reportFiles } from './reportFiles.ts';
import { readExtras, type RunExtras } from './runExtras.ts';

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
 * Works a report out again from the runs of a store, offline: its runs' files are those that it was made from, its target is
 * the one of now, every number follows from its runs, the page shows just these numbers, and the same code makes the same
 * files of them.
 *
 * @param file the report's page; the report's other files stand beside it.
 * @param store a folder of runs.
 * @throws ReportError at the first thing that does not hold.
 */
export async function verifyReport(file: string, store: string): Promise<Verification> {
  const { evidence, shown } = readEvidence(await readPage(file));
  const records = await readRuns(evidence, store);
  const extras = await readExtras([...records.values()]);
  for (const run of evidence.runs) requireSameFiles(run, extras.get(run.id)!);
  const target = await sameTarget(evidence);
  const experiment = evidence.request.experiment as unknown as ReportedExperiment;
  checkNumbers(evidence, shown, {
    records,
    target,
    verdict: experiment.verdict,
    family: evidence.family,
  });
  const { request, generator } = evidence;
  const found = { runs: records.size, numbers: evidence.numbers.length };
  if (generator !== (await generatorDigest())) {
    return {
      ...found,
      files: [],
      unchecked:
        'other code than this made the report: its numbers were compared, its words, figures and other files were not',
    };
  }
  const { files } = await renderReport({
    experiment,
    profile: request.profile,
    planned: request.planned as unknown as PlannedRun[],
    failures: request.failures as unknown as { run: PlannedRun; reason: string }[],
    records: [...records.values()],
    extras,
    ...(target !== undefined && { target }),
    generatedAt: new Date(request.generatedAt),
    platform: evidence.platform,
  });
  const isSamePlatform = evidence.platform === thisPlatform;
  const comparable = [...files].filter(([name]) => isSamePlatform || !name.endsWith('.png'));
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
    throw new ReportError(
      `Expected a report at ${file}, found that it cannot be read: ${(cause as Error).message}`,
      'Name a report.html that `harness run` wrote.',
      { cause },
    );
  });
}

async function readRuns({ runs }: Evidence, store: string): Promise<Map<string, RunRecord>> {
  const records = new Map<string, RunRecord>();
  for (const { id } of runs) {
    const record = await readRecord(join(store, id)).catch((cause: unknown) => {
      throw new ReportError(
        `Expected the run ${id} as the report was made from it, found that ${(cause as Error).message}`,
        'Name the store that has it with --runs, or an exported archive with --archive.',
        { cause },
      );
    });
    records.set(id, record);
  }
  return records;
}

function requireSameFiles({ id, files }: Evidence['runs'][number], { files: found }: RunExtras): void {
  for (const name of new Set([...Object.keys(files), ...Object.keys(found)])) {
    if (files[name] === found[name]) continue;
    throw new ReportError(
      `Expected ${name} of the run ${id} with SHA-256 ${files[name] ?? 'none'}, found ${found[name] ?? 'none'}`,
      'The run was altered, or done again, after the report was made.',
    );
  }
}

async function sameTarget({ target }: Evidence): Promise<Target | undefined> {
  if (target === undefined) return undefined;
  const now = await loadTarget(target.name);
  const found = digestOfTarget(now);
  if (found === target.sha256) return now;
  throw new ReportError(
    `Expected the published numbers of configs/targets/${target.name}.yaml with SHA-256 ${target.sha256}, found ${found}`,
    'They were changed after the report was made: make it again.',
  );
}

/** Every number follows from its runs, and the page shows each of them and no other. */
function checkNumbers(
  { numbers }: Evidence,
  shown: readonly ShownNumber[],
  source: Parameters<typeof derive>[1],
): void {
  const seen = new Set<string>();
  numbers.forEach(({ value, format: _, ...derivation }, index) => {
    const found = derive(derivation, source);
    if (found === value) return;
    const of = 'runs' in derivation.of ? derivation.of.runs.join(', ') : derivation.of.published;
    throw new ReportError(
      `Expected number ${index}, ${derivation.reducer} of ${of}, to be ${String(value)}, found ${String(found)}`,
      'The report was altered, or does not follow from these runs.',
    );
  });
  for (const { ref, value, text } of shown) {
    seen.add(ref);
    const number = numbers[Number(ref)];
    const expected = number && {
      value: number.value === null ? '' : String(number.value),
      text: written(number.value, number.format),
    };
    if (expected?.value === value && expected.text === text) continue;
    throw new ReportError(
      `Expected the page to show ${expected?.text ?? 'no such number'} as number ${ref}, found ${JSON.stringify(text)} for ${value}`,
      'The page was altered.',
    );
  }
  const unseen = numbers.findIndex((_, index) => !seen.has(String(index)));
  if (unseen !== -1) {
    throw new ReportError(
      `Expected the page to show number ${unseen}, found it nowhere`,
      'The page was altered.',
    );
  }
}

async function requireSameContent(file: string, expected: string | Uint8Array): Promise<void> {
  const found = await readFile(file).catch((cause: unknown) => {
    throw new ReportError(`Expected ${file}, found none`, 'Make the report again.', { cause });
  });
  const bytes = Buffer.from(expected);
  if (bytes.equals(found)) return;
  const at = bytes.findIndex((byte, index) => byte !== found[index]);
  const offset = at === -1 ? bytes.length : at;
  const around = (content: Buffer): string =>
    JSON.stringify(content.subarray(Math.max(0, offset - 30), offset + 30).toString('utf8'));
  const line = bytes.subarray(0, offset).toString('utf8').split('\n').length;
  throw new ReportError(
    file.endsWith('.png')
      ? `Expected ${file} as the runs give it, found another at byte ${offset}`
      : `Expected ${around(bytes)} in ${file}, line ${line}, found ${around(found)}`,
    'The file was altered after the report was made.',
  );
}
