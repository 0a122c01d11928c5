export { exists, flush, flushTree, stagingOf, writeFileAtomic } from './atomic.ts';
export { cacheRoot } from './cacheRoot.ts';
export { beginningOf, indented, inLine, visible } from './clean.ts';
export { deepFreeze } from './deepFreeze.ts';
export { digestFile } from './digest.ts';
export { downloadFile, type DownloadOptions } from './download.ts';
export {
  type ExitCode,
  exitCodes,
  ExplainedError,
  explainFetchError,
  explainFileError,
  isInconclusive,
  InputError,
  OutsideError,
  partlyVerified,
  UnavailableError,
} from './errors.ts';
export { largest, smallest } from './extremes.ts';
export { type Finding, fine, wrong } from './finding.ts';
export { connect, isReachable } from './http.ts';
export { explainUnreadable, ifAny } from './ifAny.ts';
export { type HeldLock, isLocked, lockOwner, tryWithLock, withLock } from './lock.ts';
export type { LockOwner } from './lockFile.ts';
export { parentLeaves, tellParent } from './parent.ts';
export { localPath, type Places, placesHere, portablePath, withoutPlaces } from './portablePath.ts';
export type { OnProgress, Progress } from './progress.ts';
export { publishFolder } from './publishFolder.ts';
export { readRegularFile } from './regularFile.ts';
export { removeStaged, replaceFile, stagedFor } from './replaceFile.ts';
export { toldOf } from './toldOf.ts';
export {
  counted,
  describeWorkers,
  inBytes,
  inDigits,
  inMinutes,
  inOperations,
  inPercent,
  inSeconds,
  inTime,
  nameOfRun,
} from './words.ts';
export { isPacked, packedName, projectFolder, projectRuns, workspaceRoot } from './workspace.ts';
export { openZip, zipOf, type ZipEntry, type ZipFile } from './zip.ts';
