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

const notWritable = 'Make the folder writable, or point BIT_REPRO_CACHE at a folder that can be written.';
const inTheWay =
  'A file stands where a folder is expected: move it away, or set BIT_REPRO_CACHE to another folder.';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some disk space, or point BIT_REPRO_CACHE at a larger disk.',
  EDQUOT: 'The disk quota is used up: free some space, or point BIT_REPRO_CACHE at another disk.',
  EFBIG: 'The file is larger than this disk or account may hold: point BIT_REPRO_CACHE at another disk.',
  EROFS: 'The disk is read-only: point BIT_REPRO_CACHE at a folder that can be written.',
  EACCES: notWritable,
  EPERM: notWritable,
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
};

/** Puts a file-system failure into words: what was done, where, and what to do. Other errors pass unchanged. */
export function explainFileError(cause: unknown, doing: string, path: string): unknown {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy === undefined
    ? cause
    : new ArtifactError(`Could not ${doing} ${path} (${code})`, remedy, { cause });
}
