import { readFile } from 'node:fs/promises';
import { InputError } from '@bit-repro/artifacts';
import { parse } from 'node-html-parser';
import { evidenceSchema, type Evidence } from './evidence.ts';

/** A number as a page shows it. */
export interface ShownNumber {
  /** Its place among the numbers of the evidence, as written. */
  ref: string;
  value: string;
  text: string;
}

/** What a page says it was made of, and the numbers it shows. @throws InputError when the page carries no evidence. */
export function readEvidence(html: string): { evidence: Evidence; shown: ShownNumber[] } {
  const root = parse(html, { blockTextElements: { script: true, style: true } });
  const script = root.getElementById('evidence')?.rawText;
  if (script === undefined) {
    throw new InputError(
      'Expected a report with its evidence, found none in the page',
      'Name the report.html that `harness run` wrote.',
    );
  }
  const shown = root.querySelectorAll('data').map((element) => ({
    ref: element.getAttribute('data-number') ?? '',
    value: element.getAttribute('value') ?? '',
    text: element.textContent,
  }));
  return { evidence: parsed(script), shown };
}

/** The text of a report's page. @throws InputError when it cannot be read. */
export async function readPage(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError(
      `Expected a report at ${file}, found that it cannot be read: ${(cause as Error).message}`,
      'Name a report.html that `harness run` wrote.',
      { cause },
    );
  });
}

/** The runs that a report's page says it was made of. @throws InputError when it is not a report. */
export const runsOfReport = async (file: string): Promise<string[]> =>
  readEvidence(await readPage(file)).evidence.runs.map(({ id }) => id);

function parsed(script: string): Evidence {
  let content: unknown;
  try {
    content = JSON.parse(script);
  } catch (cause) {
    throw new InputError('Expected the evidence to be JSON, found that it is not', altered, { cause });
  }
  const { success, data, error } = evidenceSchema.safeParse(content);
  if (success) return data;
  const [issue] = error.issues;
  throw new InputError(
    `Expected evidence as this version writes it, found ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    altered,
  );
}

const altered =
  'The page was altered, or written by another version: make the report again with `harness run`.';
