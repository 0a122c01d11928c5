import { lstat, mkdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, explainFileError, OutsideError } from '@bit-repro/artifacts';

/** Where slots may be locked, by preference. */
export function slotFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const { XDG_RUNTIME_DIR: runtime } = environment;
  if (runtime) return [join(runtime, 'bit-repro-slots')];
  return [
    join(cacheRoot(environment), `slots-${hostname()}`),
    join(tmpdir(), `bit-repro-slots-${process.getuid?.() ?? 0}`),
  ];
}

/**
 * The folder in which this user's processes on this machine lock its slots: under `XDG_RUNTIME_DIR`, which the system makes
 * for each user; else in the cache; else, where that is read-only, in the folder for temporary files. Nobody else can write to it.
 *
 * @throws OutsideError where there is something of another user's at its place, or something that others can write to.
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
    `Expected a folder of this user’s in ${folder}, to which nobody else can write, found ${
      isOwn ? `one with the rights ${(mode & 0o777).toString(8)}` : `one of the user with the number ${uid}`
    }`,
    'Somebody else may hold up your runs there. Have it removed, or name a folder of your own by XDG_RUNTIME_DIR.',
  );
}
