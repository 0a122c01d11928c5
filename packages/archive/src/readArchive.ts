import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  explainFileError,
  InputError,
  openZip,
  OutsideError,
  type ZipEntry,
  type ZipFile,
} from '@bit-repro/artifacts';
import { mostManifestBytes, mostMembers, tooLarge } from './limits.ts';
import { archiveManifestSchema, manifestName, type ArchiveManifest } from './manifest.ts';

const refetch = 'The archive was altered or truncated. Export or copy it again.';
const notOurs = '`harness export` writes no archive this large. Name another file.';

/**
 * Unpacks an archive into an empty folder. Only files in the manifest are written, and each is checked
 * against its size and SHA-256. Names can only be those of runs and reports, so nothing is written elsewhere.
 *
 * @throws InputError if the file is not an archive of this program, or differs from its manifest.
 * @throws OutsideError if the disk is full; the reason of `signal`.
 */
export async function readArchive(
  file: string,
  folder: string,
  signal?: AbortSignal,
): Promise<ArchiveManifest> {
  const { zip, close } = await openZip(file).catch((cause: unknown) => {
    throw new InputError(
      `${file} cannot be read as an archive: ${(cause as Error).message}`,
      'Name a file that `harness export` wrote.',
      { cause },
    );
  });
  try {
    const members = await membersOf(zip, file);
    const manifest = await readManifest(zip, members.get(manifestName), file);
    members.delete(manifestName);
    compareNames(members, manifest, file);
    await requireFits(manifest, folder, file);
    for (const [name, expected] of Object.entries(manifest.files)) {
      await unpack(zip, members.get(name)!, expected, join(folder, name), file, signal);
    }
    return manifest;
  } finally {
    await close();
  }
}

async function membersOf(zip: ZipFile, file: string): Promise<Map<string, ZipEntry>> {
  // The record at the end of the archive gives the number, before any member is read.
  if (zip.entryCount > mostMembers) {
    throw new InputError(
      `Expected at most ${mostMembers} members in ${file}, found ${zip.entryCount}`,
      notOurs,
    );
  }
  const members = new Map<string, ZipEntry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (members.has(entry.fileName)) throw new Error(`it contains ${show(entry.fileName)} twice`);
      if (!entry.canDecodeFileData())
        throw new Error(`${show(entry.fileName)} is encrypted or has an unknown compression`);
      members.set(entry.fileName, entry);
    }
  } catch (cause) {
    throw new InputError(`The archive ${file} is invalid: ${(cause as Error).message}`, refetch, { cause });
  }
  return members;
}

async function readManifest(
  zip: ZipFile,
  entry: ZipEntry | undefined,
  file: string,
): Promise<ArchiveManifest> {
  const problem = (found: string, cause?: unknown): InputError =>
    new InputError(
      `The archive ${file} has no valid ${manifestName}: ${found}`,
      'Name a file that `harness export` wrote.',
      { cause },
    );
  if (entry === undefined) throw problem('it is missing');
  if (entry.uncompressedSize > mostManifestBytes) {
    throw new InputError(
      `Expected at most ${mostManifestBytes} bytes in ${manifestName} of ${file}, found ${entry.uncompressedSize}`,
      notOurs,
    );
  }
  const chunks: Buffer[] = [];
  let content: unknown;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    content = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw problem('it cannot be read', cause);
  }
  const parsed = archiveManifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.map((step) => show(String(step))).join(' in ') ?? '';
  const words =
    issue?.code === 'invalid_key' ? `expected ${issue.issues[0]?.message ?? ''}` : (issue?.message ?? '');
  throw problem(`${at} ${words}`);
}

function compareNames(
  members: ReadonlyMap<string, ZipEntry>,
  { files }: ArchiveManifest,
  file: string,
): void {
  const stray = [...members.keys()].find((name) => !Object.hasOwn(files, name));
  if (stray !== undefined) {
    throw new InputError(
      `The archive ${file} contains ${show(stray)}, which its manifest does not list`,
      refetch,
    );
  }
  const missing = Object.keys(files).find((name) => !members.has(name));
  if (missing !== undefined) {
    throw new InputError(`The archive ${file} lacks ${missing}, which its manifest lists`, refetch);
  }
}

/** Checks that no file is too large for its kind, and that the disk has room for all. */
async function requireFits({ files }: ArchiveManifest, folder: string, file: string): Promise<void> {
  const large = tooLarge(Object.entries(files).map(([member, { bytes }]) => ({ member, bytes })));
  if (large !== undefined) {
    throw new InputError(`Expected ${large.expected} of ${file}, found ${large.found}`, notOurs);
  }
  const bytes = Object.values(files).reduce((sum, one) => sum + one.bytes, 0);
  const { bavail, bsize } = await statfs(folder);
  if (bytes <= bavail * bsize) return;
  throw new OutsideError(
    `The archive ${file} needs ${bytes} bytes, but ${dirname(folder)} has only ${bavail * bsize} free`,
    'Free some disk space, or use a larger disk: --runs names another store, TMPDIR the folder in which `verify` unpacks.',
  );
}

async function unpack(
  zip: ZipFile,
  entry: ZipEntry,
  expected: ArchiveManifest['files'][string],
  target: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const differs = (found: string, cause?: unknown): InputError =>
    new InputError(
      `Expected ${entry.fileName} in ${file} with ${expected.bytes} bytes and SHA-256 ${expected.sha256}, found ${found}`,
      refetch,
      { cause },
    );
  if (entry.uncompressedSize !== expected.bytes) throw differs(`${entry.uncompressedSize} bytes`);
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await mkdir(dirname(target), { recursive: true });
  try {
    await pipeline(
      await zip.openReadStreamPromise(entry),
      measure,
      createWriteStream(target, { flags: 'wx' }),
      { signal },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    const explained = explainFileError(cause, 'write', target);
    throw explained === cause ? differs((cause as Error).message, cause) : explained;
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== expected.sha256) throw differs(`SHA-256 ${sha256}`);
}

/** Shows a name from an archive safely. */
const show = (name: string): string => JSON.stringify(name).slice(0, 120);
