export { loadPlan, type Plan, type PlanOptions } from './loadPlan.ts';
export type { PlannedRun } from './plannedRun.ts';
export { resolveRuns } from './resolveRuns.ts';
export { profileNamed, selectProfile, type Machine, type ProfileChoice } from './selectProfile.ts';
