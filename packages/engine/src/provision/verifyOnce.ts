import { chmod, lstat, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ifAny, OutsideError, writeFileAtomic } from '@bit-repro/artifacts';
import { alteredFiles, type RecordedFiles } from './recordedFiles.ts';

/**
 * In a folder of verified files: the state of the files when they were last read in full, and the boot of the
 * machine since which this holds.
 */
const stampName = 'verified.json';

/** Numbers of the Linux file systems on which only this machine's processes can change a file. */
const localFileSystems = new Set([
  0xef53, // ext2 to ext4
  0x5846_5342, // XFS
  0x9123_683e, // Btrfs
  0x2fc1_2fc1, // ZFS
  0xf2f5_2010, // F2FS
  0xca45_1a4e, // bcachefs
  0x0102_1994, // tmpfs
  0x794c_7630, // overlay, of containers
]);

/**
 * Like `alteredFiles`, but reads the files only once after each boot of the machine, and whenever one of them
 * was changed since.
 * Every call reads them in a folder of another user, on a file system that other machines may write to, under
 * continuous integration (`CI` is set), and where the system does not identify its boot.
 *
 * @throws OutsideError when a file cannot be read.
 */
export async function alteredSinceVerified(folder: string, files: RecordedFiles): Promise<string[]> {
  const boot = (await isOwnAndLocal(folder)) ? await bootId() : undefined;
  if (boot === undefined) return alteredFiles(folder, files);
  const stamp = { boot, files: await identitiesOf(folder, files) };
  const stampFile = join(folder, stampName);
  if (isDeepStrictEqual(await readStamp(stampFile), stamp)) return [];
  const altered = await alteredFiles(folder, files);
  if (altered.length === 0) await writeStamp(stampFile, stamp);
  return altered;
}

async function isOwnAndLocal(folder: string): Promise<boolean> {
  if (!['', '0', 'false'].includes(process.env.CI ?? '')) return false;
  const owner = await ifAny(folder, (path) => lstat(path));
  const system = await ifAny(folder, (path) => statfs(path));
  return owner?.uid === process.geteuid?.() && system !== undefined && localFileSystems.has(system.type);
}

/** Different after each boot of the machine; nothing where the system has none. */
const bootId = async (): Promise<string | undefined> =>
  (await ifAny('/proc/sys/kernel/random/boot_id', (path) => readFile(path, 'utf8')))?.trim();

/**
 * The expected digest, and whatever changes with a file: its number, size and times of change in nanoseconds.
 */
async function identitiesOf(folder: string, files: RecordedFiles): Promise<Record<string, string>> {
  const identities = Object.entries(files).map(async ([path, { sha256 }]) => {
    const found = await ifAny(join(folder, path), (file) => lstat(file, { bigint: true }));
    const { ino, size, mtimeNs, ctimeNs } = found ?? {};
    return [path, [sha256, ino, size, mtimeNs, ctimeNs].join(' ')] as const;
  });
  return Object.fromEntries(await Promise.all(identities));
}

async function readStamp(stampFile: string): Promise<unknown> {
  const text = await ifAny(stampFile, (file) => readFile(file, 'utf8'));
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function writeStamp(stampFile: string, stamp: unknown): Promise<void> {
  try {
    await writeFileAtomic(stampFile, `${JSON.stringify(stamp, null, 2)}\n`);
    await chmod(stampFile, 0o644);
  } catch (error) {
    // The disk is full or read-only: the next call reads the files again.
    if (!(error instanceof OutsideError)) throw error;
  }
}
