/** What a process ends with. */
export const exitCodes = {
  done: 0,
  /** A run failed, or a comparison or a check said no. */
  failed: 1,
  badInput: 2,
  outside: 3,
  /** A fault of the program: `EX_SOFTWARE` of sysexits.h. */
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * What a user can be told, with what to do about it; whatever else is thrown is a fault of the program. By itself it says that a
 * run failed, or that a check said no.
 */
export class ExplainedError extends Error {
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;
  /** What a process that ends by it exits with. */
  readonly exitCode: ExitCode = exitCodes.failed;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** A config, an argument or a file that the user gave is not what it should be. */
export class InputError extends ExplainedError {
  override readonly exitCode = exitCodes.badInput;
}

/** The network, a disk, a driver, a scheduler or another process does not do, or let do, what is needed. */
export class OutsideError extends ExplainedError {
  override readonly exitCode = exitCodes.outside;
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
export function explainFileError<Cause>(cause: Cause, doing: string, path: string): Cause | OutsideError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy === undefined
    ? cause
    : new OutsideError(`Could not ${doing} ${path} (${code})`, remedy, { cause });
}
