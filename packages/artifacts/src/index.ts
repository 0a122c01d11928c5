export { exists, flush, flushTree, stagingOf, writeFileAtomic } from './atomic.ts';
export { cacheRoot } from './cacheRoot.ts';
export { digestFile, type DigestAlgorithm } from './digest.ts';
export { downloadFile, type DownloadedFile, type DownloadOptions, type ExpectedFile } from './download.ts';
export {
  exitCodes,
  ExplainedError,
  explainFileError,
  InputError,
  OutsideError,
  type ExitCode,
} from './errors.ts';
export { isReachable } from './http.ts';
export { explainUnreadable, ifAny } from './ifAny.ts';
export { isLocked, lockOwner, tryWithLock, withLock, type HeldLock, type LockOptions } from './lock.ts';
export type { LockOwner } from './lockFile.ts';
export type { OnProgress, Progress } from './progress.ts';
export { publishFolder, type PublishOptions } from './publishFolder.ts';
export { openRegularFile, readRegularFile } from './regularFile.ts';
export { removeStaged, replaceFile, stagedFor } from './replaceFile.ts';
