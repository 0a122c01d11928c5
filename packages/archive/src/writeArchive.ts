import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { digestFile, InputError, replaceFile } from '@bit-repro/artifacts';
import { ZipFile } from 'yazl';
import { reportFileNames } from '@bit-repro/report';
import { mostMembers, tooLarge } from './limits.ts';
import { isArchivedRunFile, manifestName, type ArchiveManifest } from './manifest.ts';

/** With the earliest time a zip file knows, the same content gives the same bytes. */
const plain = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

export interface ArchiveInput {
  /** Folders of finished runs. */
  runs: readonly string[];
  /** Folders of reports. */
  reports: readonly string[];
}

/** A file that goes into an archive. */
export interface Member {
  /** Its name there. */
  member: string;
  source: string;
  bytes: number;
}

/**
 * The files that go into an archive of runs and reports, by name.
 *
 * @throws InputError when one of them is no plain file, or larger than an import takes.
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
      'An import would refuse it: leave the run or report out, by naming the others.',
    );
  }
  if (members.length >= mostMembers) {
    throw new InputError(
      `Expected fewer than ${mostMembers} files for an archive, found ${members.length}`,
      'An import would refuse it: export fewer runs at a time.',
    );
  }
  return members;
}

/**
 * Writes runs and reports into one zip file, with a manifest of every file's SHA-256. It appears whole or not at all; the same
 * runs and reports give the same bytes.
 *
 * @throws InputError as `listMembers`.
 * @throws OutsideError when the disk cannot hold the file; the reason of `signal`.
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
  // Weights are random bits to a compressor.
  for (const { member, source } of members)
    zip.addFile(source, member, { ...plain, compress: !member.endsWith('.npz') });
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
          `Expected a plain file at ${source}, found a link, a folder or a device`,
          'This program writes none there: remove it.',
        );
      }
      members.push({ member: [root, basename(folder), name].join('/'), source, bytes: status.size });
    }
  }
  return members.sort((one, other) => (one.member < other.member ? -1 : 1));
}
