/** Exit codes of a process. */
export const exitCodes = {
  done: 0,
  /** A run failed, or a comparison or check did. */
  failed: 1,
  badInput: 2,
  outside: 3,
  /** A bug in the program: `EX_SOFTWARE` of sysexits.h. */
  bug: 70,
  interrupted: 130,
} as const;

/**
 * The exit code of `verify` if what could be compared holds, but not everything could be. Not one of `exitCodes`, because
 * results are reached from those: another code among them would change the key of every run.
 */
export const partlyVerified = 4;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * An error explained to the user, with a remedy; any other error is a bug. The base class stands for a failed
 * run or check.
 */
export class ExplainedError extends Error {
  /** What the user can do about it. */
  readonly remedy: string;
  /** Exit code of a process that ends with this error. */
  readonly exitCode: ExitCode = exitCodes.failed;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** A config, an argument or a file from the user is invalid. */
export class InputError extends ExplainedError {
  override readonly exitCode = exitCodes.badInput;
}

/** The network, a disk, a driver, a scheduler or another process failed or refused. */
export class OutsideError extends ExplainedError {
  override readonly exitCode = exitCodes.outside;
}

/** What is needed is not in the cache, and cannot be fetched from any of its sources. */
export class UnavailableError extends OutsideError {}

const notWritable = 'Make the folder writable, or choose another (BIT_REPRO_CACHE, for the cache).';
const inTheWay =
  'There is a file where a folder is needed. Move it away, or choose another folder (BIT_REPRO_CACHE, for the cache).';

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some disk space, or choose a folder on a larger disk (BIT_REPRO_CACHE, for the cache).',
  EDQUOT:
    'The disk quota is used up. Free some space, or choose another disk (BIT_REPRO_CACHE, for the cache).',
  EFBIG:
    'The file is larger than this disk or account allows. Choose another disk (BIT_REPRO_CACHE, for the cache).',
  EROFS: 'The disk is read-only. Choose a writable folder (BIT_REPRO_CACHE, for the cache).',
  EACCES: notWritable,
  EPERM: notWritable,
  ENOTDIR: inTheWay,
  ENAMETOOLONG:
    'A name in this path is longer than the file system allows, usually 255 bytes, including 38 for the temporary file beside it. Choose a shorter one.',
  EEXIST: inTheWay,
  EISDIR: 'There is a folder where a file is needed. Move it away.',
  ELOOP: 'The path is a link that leads back to itself. Correct the link.',
  EIO: 'The disk reports an error. Check the disk and the system’s log, then run the command again.',
  ESTALE: 'The file server has lost the file. Mount its share again, then run the command again.',
  ETIMEDOUT: 'The file server does not respond. Check it, then run the command again.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n), then run the command again.',
  ENFILE: 'Too many files are open on this machine. Close some programs, then run the command again.',
};

/**
 * Explains a file system error: what was done, where, and what to do. Other errors are returned unchanged.
 */
export function explainFileError<Cause>(cause: Cause, doing: string, path: string): Cause | OutsideError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy === undefined
    ? cause
    : new OutsideError(`Could not ${doing} ${path} (${code})`, remedy, { cause });
}

/** As {@link explainFileError}, where the network is at work, too: what timed out is taken for that. */
export const explainFetchError = <Cause>(cause: Cause, doing: string, path: string): Cause | OutsideError =>
  (cause as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT'
    ? cause
    : explainFileError(cause, doing, path);

/** Codes that a path can cause by itself, on a disk in good order. */
const ofThePath = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'];

/**
 * Whether an error, or one that it was caused by, says that a disk could not be read or written, so that
 * nothing may be concluded about what is on it.
 */
export function isInconclusive(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as NodeJS.ErrnoException;
  return (code in remedies && !ofThePath.includes(code)) || isInconclusive(error.cause);
}
