import { OutsideError } from './errors.ts';

/**
 * What `look` returns for a path; undefined if the path does not exist. A path that cannot be read does not
 * count as missing.
 *
 * @throws OutsideError if the file system refuses or fails.
 */
export async function ifAny<T>(path: string, look: (path: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await look(path);
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw explainUnreadable(cause, path);
  }
}

const isAbsence = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Explains that a file could not be read, which says nothing about its content. Other errors are returned
 * unchanged.
 */
export function explainUnreadable(cause: unknown, path: string): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return cause;
  const remedy = ['EACCES', 'EPERM'].includes(code)
    ? 'Make it readable for this user, or choose another folder (BIT_REPRO_CACHE, for the cache).'
    : 'Nothing was changed. Check the disk or the network file system, or choose another folder (BIT_REPRO_CACHE, for the cache).';
  return new OutsideError(`Could not read ${path} (${code})`, remedy, { cause });
}
