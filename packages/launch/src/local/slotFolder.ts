import { lstat, mkdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, explainFileError, OutsideError } from '@bit-repro/artifacts';

/** Candidate folders for the locks of slots, most preferred first. */
export function slotFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const { XDG_RUNTIME_DIR: runtime } = environment;
  if (runtime) return [join(runtime, 'bit-repro-slots')];
  return [
    join(cacheRoot(environment), `slots-${hostname()}`),
    join(tmpdir(), `bit-repro-slots-${process.getuid?.() ?? 0}`),
  ];
}

/**
 * The folder in which this user's processes lock the slots of this machine: in `XDG_RUNTIME_DIR`, which the
 * system creates for each user; otherwise in the cache; if that is read-only, in the folder for temporary
 * files. No other user can write to it.
 *
 * @throws OutsideError if the folder belongs to another user or is writable by others.
 */
export async function slotFolder(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [first, other] = slotFolders(environment);
  try {
    return await ownFolder(first!);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (other === undefined || (code !== 'EROFS' && code !== 'EACCES')) throw error;
    return ownFolder(other);
  }
}

async function ownFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw explainFileError(cause, 'make', folder);
  }
  const found = await lstat(folder);
  const { uid, mode } = found;
  const isOwn = process.getuid === undefined || uid === process.getuid();
  if (found.isDirectory() && isOwn && (mode & 0o022) === 0) return folder;
  throw new OutsideError(
    `${folder} must be a folder that belongs to you and that nobody else can write to, but it ${isOwn ? `has the permissions ${(mode & 0o777).toString(8)}` : `belongs to the user with ID ${uid}`}`,
    'Another user could block your runs there. Have it removed, or set XDG_RUNTIME_DIR to a folder of your own.',
  );
}
