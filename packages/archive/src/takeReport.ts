import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { publishFolder } from '@bit-repro/artifacts';
import { remakeReport, reportFiles, thisPlatform } from '@bit-repro/report';
import type { Imported } from './imported.ts';

/** A report as its runs give it, or why they do not. */
export interface Remade {
  name: string;
  /** By file name; absent where it could not be made anew. */
  files?: ReadonlyMap<string, string | Uint8Array>;
  remark?: string;
}

/**
 * Makes a report of an archive anew, from the evidence in its page and the runs, so that nothing has to be believed that came
 * in the archive. A script in its page is left behind, and told.
 *
 * @param folderOf where a run is.
 */
export async function remadeFrom(folder: string, folderOf: (id: string) => string): Promise<Remade> {
  const name = basename(folder);
  try {
    const html = await readFile(join(folder, reportFiles.html), 'utf8');
    const { evidence, render } = await remakeReport(html, folderOf);
    if (evidence.request.experiment.name !== name) {
      return { name, remark: `it is the report of ${JSON.stringify(evidence.request.experiment.name)}` };
    }
    if (render === undefined) {
      const remedy = 'read it where it was made, or run its experiment again, which writes it anew';
      return { name, remark: `made by other code; ${remedy}` };
    }
    const files = await render(thisPlatform);
    // Other machines draw pictures otherwise, to the bit.
    const altered = evidence.platform === thisPlatform ? await differing(folder, files) : [];
    return {
      name,
      files,
      ...(altered.length > 0 && {
        remark: `${altered.join(', ')} of the archive differed from what the runs give, and was made anew`,
      }),
    };
  } catch (cause) {
    // Whatever a page of ill will has that the code does not expect: the runs are none the worse for it.
    return { name, remark: `it cannot be made anew from its runs: ${(cause as Error).message}` };
  }
}

/** Publishes a report that was made anew, unless there is one of its name. */
export async function takeReport({ name, files, remark }: Remade, reports: string): Promise<Imported> {
  const about = { name, ...(remark !== undefined && { remark }) };
  if (files === undefined) return { ...about, outcome: 'not taken over' };
  const to = join(reports, name);
  const published = { isNew: false };
  await publishFolder(to, async (staging) => {
    for (const [file, content] of files) await writeFile(join(staging, file), content, { flag: 'wx' });
    published.isNew = true;
  });
  if (published.isNew) return { ...about, outcome: 'imported' };
  const other = await differing(to, files, variesByMachine);
  if (other.length === 0) return { ...about, outcome: 'there already' };
  return { name, outcome: 'kept', remark: `it differs in ${other.join(', ')}` };
}

/** Pictures, and the page, which names the machine that drew them. */
const variesByMachine = (file: string): boolean => file === reportFiles.html || file.endsWith('.png');

/** The names of files that a folder lacks, or has otherwise; of those that may vary it is enough that they are not empty. */
async function differing(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  mayVary: (file: string) => boolean = () => false,
): Promise<string[]> {
  const names: string[] = [];
  for (const [file, content] of files) {
    const found = (await readIfThere(join(folder, file))) ?? Buffer.alloc(0);
    const isSame = mayVary(file) ? found.length > 0 : found.equals(Buffer.from(content));
    if (!isSame) names.push(file);
  }
  return names;
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  });
}
