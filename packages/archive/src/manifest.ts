import { z } from 'zod';
import { reportFileNames } from '@bit-repro/report';
import { runFiles } from '@bit-repro/runs';
import { mostNameLetters } from './limits.ts';

/** The name of the manifest in an archive. */
export const manifestName = 'manifest.json';

/** What says that someone is at work is of no use elsewhere. */
const archivedRunFiles = Object.entries(runFiles).flatMap(([name, file]) =>
  name === 'heartbeat' || name === 'ticket' ? [] : [file],
);

const folderName = `(?![^/]{${mostNameLetters + 1}})[a-z0-9]+(?:[.-]+[a-z0-9]+)*`;
const oneOf = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll('.', '\\.')).join('|');
const path = new RegExp(
  `^(?:runs/(${folderName})/(?:${oneOf(archivedRunFiles)})|reports/(${folderName})/(?:${oneOf(reportFileNames)}))$`,
);

/** Whether a file of this name belongs into the folder of a run in an archive. */
export const isArchivedRunFile = (name: string): boolean => archivedRunFiles.some((known) => known === name);

/**
 * What an archive holds: its other members, with nothing but these in it. Names are those that this program writes, so no
 * archive can put a file anywhere else.
 */
export const archiveManifestSchema = z.strictObject({
  version: z.literal(1),
  files: z.record(
    z.string().regex(path, { error: 'a file of a run or of a report' }),
    z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

export type ArchiveManifest = z.infer<typeof archiveManifestSchema>;

/** The runs and reports that an archive holds, by name. */
export function namesIn({ files }: ArchiveManifest): { runs: string[]; reports: string[] } {
  const names = (index: number): string[] => [
    ...new Set(Object.keys(files).flatMap((file) => path.exec(file)?.[index] ?? [])),
  ];
  return { runs: names(1), reports: names(2) };
}
