export { reachedCode, type ReachedCode } from './code/reachedCode.ts';
export { computingCode, resultCode } from './code/resultCode.ts';
export { describeCode } from './provenance/code.ts';
export { cleanCommitOf, commitOf, describeCommit } from './provenance/commit.ts';
export { readPacked } from './provenance/packed.ts';
export { changedSince, stateOfCheckout } from './provenance/git.ts';
export { committedAt, remoteOf } from './provenance/remote.ts';
export { describeHost, deviceName } from './provenance/host.ts';
export { gatherProvenance, withoutSecrets } from './provenance/provenance.ts';
export { pathsAsTheyAre } from './pathsAsTheyAre.ts';
export { redact } from './redaction/redact.ts';
export { specOf } from './specOf.ts';
export { type Aspect, aspects } from './compare/aspects.ts';
export { compareRuns, type Difference } from './compare/compareRuns.ts';
export { changeLevel, compareScores, type ScoreComparison } from './compare/compareScores.ts';
export { differingFields, type FieldDifference } from './compare/differingFields.ts';
export { fieldsOf } from './compare/fieldsOf.ts';
export { type Nearest, nearestAmong } from './compare/nearestRun.ts';
export { type ComparedRun, type Group, pairGroups } from './compare/pairGroups.ts';
export { compareWithRerun, type RerunComparison } from './store/compareWithRerun.ts';
export { contradictionIn } from './store/contradictionIn.ts';
export { differenceOf } from './store/differenceOf.ts';
export { flatten } from './store/flatten.ts';
export { discard, findGarbage } from './store/garbage.ts';
export { RunFileError } from './store/errors.ts';
export { eventsIn, parseEvent, parseSample } from './store/events.ts';
export { findRun } from './store/findRun.ts';
export { type Heartbeat, heartbeatSchema, isSilent, readHeartbeat } from './store/heartbeat.ts';
export { inspect, type InspectedRun } from './store/inspect.ts';
export { isOwnRun, makeStore, markerName, requireStore } from './store/ownership.ts';
export { latestPlans, plannedLately, plansFolder, writePlan } from './store/plans.ts';
export { readJson, readJsonIfSound, readRunFileIfThere } from './store/readFile.ts';
export { readPredictions } from './store/readPredictions.ts';
export { readRecord, readSpec } from './store/readRun.ts';
export {
  mostMistakes,
  type Provenance,
  provenanceSchema,
  runErrorSchema,
  runEventSchema,
  runFiles,
  type RunRecord,
  runResultSchema,
  type RunSpec,
  runSpecSchema,
  type RunTiming,
  runTimingSchema,
  type Seal,
  sealSchema,
  type Telemetry,
  type TelemetrySample,
  telemetrySampleSchema,
  telemetrySchema,
} from './store/records.ts';
export { runId, runKey } from './store/runKey.ts';
export { type RunState, RunStore, toJson, writeResult } from './store/runStore.ts';
export { sha256Of } from './store/seal.ts';
export { type RunSummary, summarise } from './store/summary.ts';
export { supersededIn } from './store/superseded.ts';
export { giveUpTicket, readTicket, removeTicket, type Ticket, writeTicket } from './store/ticket.ts';
export { listTrash, moveToTrash, removeForGood } from './store/trash.ts';
export { type WorkerFailure, workerFailureSchema } from './store/workerFailure.ts';
export { workerLockOf } from './store/workerLock.ts';
export { knownWeightsDigest, weightsDigest, weightsFile, weightsLock } from './weights.ts';
