export { exists, flush, flushTree, stagingOf, writeFileAtomic } from './atomic.ts';
export { cacheRoot } from './cacheRoot.ts';
export { digestFile, type DigestAlgorithm } from './digest.ts';
export { downloadFile, type DownloadedFile, type DownloadOptions, type ExpectedFile } from './download.ts';
export { ArtifactError, explainFileError } from './errors.ts';
export { isReachable } from './http.ts';
export { isLocked, tryWithLock, withLock, type LockOptions } from './lock.ts';
export type { OnProgress, Progress } from './progress.ts';
export { publishFolder, type PublishOptions } from './publishFolder.ts';
