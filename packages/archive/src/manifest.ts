import { z } from 'zod';
import { reportFileNames } from '@bit-repro/report';
import { runFiles } from '@bit-repro/runs';
import { mostNameLetters } from './limits.ts';

export const manifestName = 'manifest.json';

/** Files that only matter while a worker is running are left out. */
const archivedRunFiles = Object.entries(runFiles).flatMap(([name, file]) =>
  name === 'heartbeat' || name === 'ticket' ? [] : [file],
);

const folderName = `(?![^/]{${mostNameLetters + 1}})[a-z0-9]+(?:[.-]+[a-z0-9]+)*`;
const oneOf = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll('.', '\\.')).join('|');
const path = new RegExp(
  `^(?:runs/(${folderName})/(?:${oneOf(archivedRunFiles)})|reports/(${folderName})/(?:${oneOf(reportFileNames)}))$`,
);

/** Whether a file of this name belongs to a run in an archive. */
export const isArchivedRunFile = (name: string): boolean => archivedRunFiles.some((known) => known === name);

/**
 * The manifest lists all other members of an archive. Only names that this program writes are valid, so that
 * no archive can place a file elsewhere.
 */
export const archiveManifestSchema = z.strictObject({
  version: z.literal(1),
  files: z.record(
    z.string().regex(path, { error: 'a file of a run or of a report' }),
    z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

export type ArchiveManifest = z.infer<typeof archiveManifestSchema>;

/** The names of the runs and reports in an archive. */
export function namesIn({ files }: ArchiveManifest): { runs: string[]; reports: string[] } {
  const names = (index: number): string[] => [
    ...new Set(Object.keys(files).flatMap((file) => path.exec(file)?.[index] ?? [])),
  ];
  return { runs: names(1), reports: names(2) };
}
