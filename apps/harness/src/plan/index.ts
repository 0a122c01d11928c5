export { loadPlan, type LauncherName, type Plan, type PlanOptions } from './loadPlan.ts';
export type { PlannedRun } from './plannedRun.ts';
export type { Site } from './site.ts';
export { resolveRuns } from './resolveRuns.ts';
export { profileNamed, selectProfile, type Machine, type ProfileChoice } from './selectProfile.ts';
