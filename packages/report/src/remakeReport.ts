import { ExplainedError, isInconclusive } from '@bit-repro/artifacts';
import { UnusableNumbersError } from '@bit-repro/metrics';
import { digestOfTarget, loadTarget, type Target } from '@bit-repro/experiment';
import { readRecord, type RunRecord } from '@bit-repro/runs';
import { derive, sampleInWords } from './derivation.ts';
import { generatorDigest, type Evidence } from './evidence.ts';
import { written } from './ledger.ts';
import { namedAsPlanned } from './plannedRuns.ts';
import { readEvidence, type ShownNumber } from './readEvidence.ts';
import { renderReport, type RenderedReport } from './renderReport.ts';
import { buildReport, type BuiltReport } from './reportData.ts';
import type { ReportInput } from './reportInput.ts';
import { predictionsIn, readExtras, type RunExtras } from './runExtras.ts';

/** A report that was recomputed from its runs. */
export interface RemadeReport {
  evidence: Evidence;
  /** Its runs, in the order of the evidence. */
  records: readonly RunRecord[];
  /** Gathers its numbers again, by the code of now. */
  build: () => BuiltReport;
  /**
   * Makes its files again, with the PNG pictures of a platform. Absent where other code than this made the report: this would
   * word and draw it otherwise.
   */
  render?: (platform: string) => Promise<RenderedReport['files']>;
}

/**
 * Recomputes a report from the runs of a store, offline: its runs' files are those that it was made from, its target is
 * the one of now, every number follows from its runs, and the page shows just these numbers.
 *
 * @param html the report's page.
 * @param folderOf where a run is.
 * @throws ExplainedError at the first thing that does not hold.
 */
export async function remakeReport(html: string, folderOf: (id: string) => string): Promise<RemadeReport> {
  const { evidence, shown } = readEvidence(html);
  const { experiment, profile, planned, failures, leftOut, generatedAt } = evidence.request;
  const records = namedAsPlanned(await readRuns(evidence, folderOf), planned);
  const extras = await readExtras(records);
  for (const run of evidence.runs) requireSameFiles(run, extras.get(run.id)!);
  const target = await sameTarget(evidence);
  checkNumbers(evidence, shown, {
    records: new Map(records.map((record) => [record.id, record])),
    predictions: predictionsIn(extras),
    target,
    verdict: experiment.verdict,
    family: evidence.family,
    effects: evidence.effects,
  });
  const input: ReportInput = {
    experiment,
    profile,
    planned,
    failures,
    ...(leftOut !== undefined && { leftOut }),
    records,
    extras,
    ...(target !== undefined && { target }),
    generatedAt: new Date(generatedAt),
    ...(evidence.commit !== undefined && { commit: evidence.commit }),
    ...(evidence.publication !== undefined && { publication: evidence.publication }),
  };
  const remade = { evidence, records, build: () => buildReport(input) };
  if (evidence.generator !== (await generatorDigest())) return remade;
  return { ...remade, render: async (platform) => (await renderReport({ ...input, platform })).files };
}

/**
 * The runs of a report under the names that the report gives them.
 *
 * @throws ExplainedError if one is missing, altered, or none of those that the report was asked to be of.
 */
export async function recordsOfReport(html: string, folderOf: (id: string) => string): Promise<RunRecord[]> {
  const { evidence } = readEvidence(html);
  return namedAsPlanned(await readRuns(evidence, folderOf), evidence.request.planned);
}

async function readRuns({ runs }: Evidence, folderOf: (id: string) => string): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const { id } of runs) {
    const record = await readRecord(folderOf(id)).catch((cause: unknown) => {
      if (isInconclusive(cause)) throw cause;
      throw new ExplainedError(
        `Expected the run ${id} as the report was made from it, found that ${(cause as Error).message}`,
        'Name the store that has it with --runs, or an exported archive with --archive.',
        { cause },
      );
    });
    records.push(record);
  }
  return records;
}

function requireSameFiles({ id, files }: Evidence['runs'][number], { files: found }: RunExtras): void {
  for (const name of new Set([...Object.keys(files), ...Object.keys(found)])) {
    if (files[name] === found[name]) continue;
    throw new ExplainedError(
      `Expected ${name} of the run ${id} with SHA-256 ${files[name] ?? 'none'}, found ${found[name] ?? 'none'}`,
      'The run was altered or re-run after the report was made.',
    );
  }
}

async function sameTarget({ target }: Evidence): Promise<Target | undefined> {
  if (target === undefined) return undefined;
  const now = await loadTarget(target.name);
  const found = digestOfTarget(now);
  if (found === target.sha256 || now.sameNumbersAs.includes(target.sha256)) return now;
  throw new ExplainedError(
    `Expected the published numbers of configs/targets/${target.name}.yaml with SHA-256 ${target.sha256}, found ${found}`,
    'They were changed after the report was made: run the experiment again to remake it.',
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
    const found = derivedOrWhyNot(derivation, source);
    if (found === value) return;
    throw new ExplainedError(
      `Expected number ${index}, ${derivation.reducer} of ${sampleInWords(derivation.of)}, to be ${String(value)}, found ${String(found)}`,
      'The report was altered, or does not follow from these runs. If older code made it, which computed this otherwise, check out the commit that made it and run verify there.',
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
    throw new ExplainedError(
      `Expected the page to show ${expected?.text ?? 'no such number'} as number ${ref}, found ${JSON.stringify(text)} for ${value}`,
      'The page was altered.',
    );
  }
  const unseen = numbers.findIndex((_, index) => !seen.has(String(index)));
  if (unseen !== -1) {
    throw new ExplainedError(
      `Expected the page to show number ${unseen}, found it nowhere`,
      'The page was altered.',
    );
  }
}

/** Only a page that was altered asks for the median of nothing, and the like. */
function derivedOrWhyNot(...given: Parameters<typeof derive>): number | null | string {
  try {
    return derive(...given);
  } catch (error) {
    if (error instanceof UnusableNumbersError) return `none: ${error.message}`;
    throw error;
  }
}
