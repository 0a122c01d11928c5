import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { digestFile, InputError, replaceFile } from '@bit-repro/artifacts';
import { ZipFile } from 'yazl';
import { reportFileNames } from '@bit-repro/report';
import { runFiles } from '@bit-repro/runs';
import { mostMembers, tooLarge } from './limits.ts';
import { isArchivedRunFile, manifestName, type ArchiveManifest } from './manifest.ts';

/** The earliest time that a zip file can store, so that the same content gives the same bytes. */
const plain = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

export interface ArchiveInput {
  /** Folders of finished runs. */
  runs: readonly string[];
  /** Folders of reports. */
  reports: readonly string[];
}

/** A file for an archive. */
export interface Member {
  /** Its name in the archive. */
  member: string;
  source: string;
  bytes: number;
}

/**
 * The files of runs and reports for an archive, by name.
 *
 * @throws InputError if one is not a regular file, or too large to be imported.
 */
export async function listMembers({ runs, reports }: ArchiveInput): Promise<Member[]> {
  const isReportFile = (name: string): boolean => reportFileNames.includes(name);
  const members = [
    ...(await membersOf('runs', runs, isArchivedRunFile)),
    ...(await membersOf('reports', reports, isReportFile)),
  ];
  const large = tooLarge(members);
  if (large !== undefined) {
    throw new InputError(
      `Expected ${large.expected}, found ${large.found}`,
      'It could not be imported. Leave that run or report out by naming the others.',
    );
  }
  if (members.length >= mostMembers) {
    throw new InputError(
      `An archive may have fewer than ${mostMembers} files, but there are ${members.length}`,
      'It could not be imported. Export fewer runs at a time.',
    );
  }
  return members;
}

/**
 * Writes runs and reports into a zip file, with a manifest of the SHA-256 of every file. The file appears
 * complete or not at all. The same runs and reports give the same bytes.
 *
 * @throws InputError as `listMembers`.
 * @throws OutsideError if the disk is full; the reason of `signal`.
 */
export async function writeArchive(
  file: string,
  input: ArchiveInput,
  signal?: AbortSignal,
): Promise<ArchiveManifest> {
  const members = await listMembers(input);
  const files: ArchiveManifest['files'] = {};
  for (const { member, source, bytes } of members) {
    signal?.throwIfAborted();
    files[member] = { bytes, sha256: await digestFile(source, 'sha256') };
  }
  const manifest: ArchiveManifest = { version: 1, files };
  const zip = new ZipFile();
  const output = Readable.from(zip.outputStream, { objectMode: false });
  zip.on('error', (error: Error) => output.destroy(error));
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), manifestName, plain);
  // Weights do not compress.
  for (const { member, source } of members)
    zip.addFile(source, member, { ...plain, compress: basename(member) !== runFiles.weights });
  zip.end();
  await replaceFile(file, output, signal);
  return manifest;
}

async function membersOf(
  root: 'runs' | 'reports',
  folders: readonly string[],
  isWanted: (name: string) => boolean,
): Promise<Member[]> {
  const members: Member[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter(isWanted)) {
      const source = join(folder, name);
      const status = await lstat(source);
      if (!status.isFile()) {
        throw new InputError(
          `${source} is a link, a folder or a device, not a regular file`,
          'This program does not write such files. Remove it.',
        );
      }
      members.push({ member: [root, basename(folder), name].join('/'), source, bytes: status.size });
    }
  }
  return members.sort((one, other) => (one.member < other.member ? -1 : 1));
}
