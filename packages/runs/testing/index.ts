export { plannedRun, record, runSpec } from './sampleRuns.ts';
export { begin, eventsOf, finish, hold, seeded, temporaryStore, writeHeartbeat } from './storedRuns.ts';
