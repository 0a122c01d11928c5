import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { digestFile, explainFileError } from '@bit-repro/artifacts';
import { ZipFile } from 'yazl';
import { reportFileNames } from '../report/index.ts';
import { isArchivedRunFile, manifestName, type ArchiveManifest } from './manifest.ts';

/** With the earliest time a zip file knows, the same content gives the same bytes. */
const plain = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

export interface ArchiveInput {
  /** Folders of finished runs. */
  runs: readonly string[];
  /** Folders of reports. */
  reports: readonly string[];
}

/**
 * Writes runs and reports into one zip file, with a manifest of every file's SHA-256. It appears whole or not at all; the
 * same runs and reports give the same bytes.
 *
 * @throws ArtifactError when the disk cannot hold the file.
 */
export async function writeArchive(file: string, { runs, reports }: ArchiveInput): Promise<ArchiveManifest> {
  const isReportFile = (name: string): boolean => reportFileNames.includes(name);
  const sources = [
    ...(await membersOf('runs', runs, isArchivedRunFile)),
    ...(await membersOf('reports', reports, isReportFile)),
  ];
  const files: ArchiveManifest['files'] = {};
  for (const { member, source } of sources) {
    files[member] = { bytes: (await stat(source)).size, sha256: await digestFile(source, 'sha256') };
  }
  const manifest: ArchiveManifest = { version: 1, files };
  const zip = new ZipFile();
  const failing = new AbortController();
  zip.on('error', (error: Error) => {
    failing.abort(error);
  });
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), manifestName, plain);
  // Weights are random bits to a compressor.
  for (const { member, source } of sources)
    zip.addFile(source, member, { ...plain, compress: !member.endsWith('.npz') });
  zip.end();
  const staging = `${file}.partial`;
  try {
    await pipeline(zip.outputStream, createWriteStream(staging, { flush: true }), { signal: failing.signal });
    await rename(staging, file);
  } catch (cause) {
    await rm(staging, { force: true });
    throw explainFileError(failing.signal.aborted ? failing.signal.reason : cause, 'write', file);
  }
  return manifest;
}

async function membersOf(
  root: 'runs' | 'reports',
  folders: readonly string[],
  isWanted: (name: string) => boolean,
): Promise<{ member: string; source: string }[]> {
  const members = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder))
        .filter(isWanted)
        .map((name) => ({ member: [root, basename(folder), name].join('/'), source: join(folder, name) })),
    ),
  );
  return members.flat().sort((one, other) => (one.member < other.member ? -1 : 1));
}
