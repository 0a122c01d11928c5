/** A file could not be fetched, verified or stored. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

const notWritable = 'Make the folder writable, or choose another (BIT_REPRO_CACHE, for the cache).';
const inTheWay =
  'A file stands where a folder is expected: move it away, or choose another folder (BIT_REPRO_CACHE, for the cache).';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some disk space, or choose a folder on a larger disk (BIT_REPRO_CACHE, for the cache).',
  EDQUOT:
    'The disk quota is used up: free some space, or choose another disk (BIT_REPRO_CACHE, for the cache).',
  EFBIG:
    'The file is larger than this disk or account may hold: choose another disk (BIT_REPRO_CACHE, for the cache).',
  EROFS: 'The disk is read-only: choose a folder that can be written (BIT_REPRO_CACHE, for the cache).',
  EACCES: notWritable,
  EPERM: notWritable,
  ENOTDIR: inTheWay,
  ENAMETOOLONG:
    'A name in this path is longer than the file system allows, mostly 255 bytes, of which 38 are for the temporary file beside it: choose a shorter one.',
  EEXIST: inTheWay,
  EISDIR: 'A folder stands where a file is expected: move it away.',
  ELOOP: 'The path is a link that leads back to itself: correct the link.',
  EIO: 'The disk reports an error: see to the disk (the system’s log tells more), then run the command again.',
  ESTALE: 'The file server has lost the file: mount its share anew, then run the command again.',
  ETIMEDOUT: 'The file server does not answer: see to it, then run the command again.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n), then run the command again.',
  ENFILE: 'Too many files are open on this machine: close some programs, then run the command again.',
};

/** Puts a file-system failure into words: what was done, where, and what to do. Other errors pass unchanged. */
export function explainFileError(cause: unknown, doing: string, path: string): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy === undefined
    ? cause
    : new ArtifactError(`Could not ${doing} ${path} (${code})`, remedy, { cause });
}
