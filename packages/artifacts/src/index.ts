export { exists, publishFolder, writeFileAtomic } from './atomic.ts';
export { cacheRoot } from './cacheRoot.ts';
export { digestFile, type DigestAlgorithm } from './digest.ts';
export { downloadFile, type DownloadOptions, type ExpectedFile } from './download.ts';
export { ArtifactError, explainFileError } from './errors.ts';
export { withLock } from './lock.ts';
export type { OnProgress, Progress } from './progress.ts';
