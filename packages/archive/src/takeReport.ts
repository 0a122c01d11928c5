import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isInconclusive, publishFolder } from '@bit-repro/artifacts';
import { remakeReport, reportFiles, thisPlatform } from '@bit-repro/report';
import type { Imported } from './imported.ts';

/** A report rebuilt from its runs, or the reason why that failed. */
export interface Remade {
  name: string;
  /** By file name; absent if it could not be rebuilt. */
  files?: ReadonlyMap<string, string | Uint8Array>;
  remark?: string;
}

/**
 * Rebuilds a report of an archive from its runs and the evidence in its page, so that nothing in the archive
 * has to be trusted. If its page contained a script, that is dropped and reported.
 *
 * @param folderOf returns the folder of a run.
 * @throws Error if the disk fails, which says nothing about the report.
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
      const remedy = 'read it where it was made, or re-run its experiment';
      return { name, remark: `it was made by a different version of the code; ${remedy}` };
    }
    const files = await render(thisPlatform);
    // Pictures differ in their bits between machines.
    const altered = evidence.platform === thisPlatform ? await differing(folder, files) : [];
    return {
      name,
      files,
      ...(altered.length > 0 && {
        remark: `${altered.join(', ')} in the archive did not match its runs and was rebuilt`,
      }),
    };
  } catch (cause) {
    if (isInconclusive(cause)) throw cause;
    // Whatever a malicious page contains, the runs are still imported.
    return { name, remark: `it cannot be rebuilt from its runs: ${(cause as Error).message}` };
  }
}

/** Publishes a rebuilt report unless one of its name exists. */
export async function takeReport({ name, files, remark }: Remade, reports: string): Promise<Imported> {
  const about = { name, ...(remark !== undefined && { remark }) };
  if (files === undefined) return { ...about, outcome: 'not imported' };
  const to = join(reports, name);
  const published = { isNew: false };
  await publishFolder(to, async (staging) => {
    for (const [file, content] of files) await writeFile(join(staging, file), content, { flag: 'wx' });
    published.isNew = true;
  });
  if (published.isNew) return { ...about, outcome: 'imported' };
  const other = await differing(to, files, variesByMachine);
  if (other.length === 0) return { ...about, outcome: 'already present' };
  return { name, outcome: 'kept', remark: `it differs in ${other.join(', ')}` };
}

/** Pictures, and the page, which names the machine that drew them. */
const variesByMachine = (file: string): boolean => file === reportFiles.html || file.endsWith('.png');

/**
 * The names of files that are missing from a folder or differ. Files that may vary only need to be non-empty.
 */
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
