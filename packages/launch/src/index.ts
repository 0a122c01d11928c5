export { Forecaster, type Resources } from './forecast/forecast.ts';
export { isLeft, type PlanRow, planRows, planTotals, type PlanTotals } from './specification/planRows.ts';
export type { Placement } from './forecast/resources.ts';
export { LocalLauncher } from './local/localLauncher.ts';
export { slotsInUse } from './local/slotStatus.ts';
export { fetchIngredients } from './specification/fetchIngredients.ts';
export { knownIngredients, type KnownIngredients } from './specification/knownIngredients.ts';
export { loadPlan, type Plan, type PlanOptions } from './specification/loadPlan.ts';
export { type SpecifiedRuns, specify } from './specification/specify.ts';
export { specifyAgain } from './specification/specifyAgain.ts';
export { carryOut } from './supervision/carryOut.ts';
export type { Job, JobOutcome, JobStatus, Launcher } from './supervision/launcher.ts';
export type {
  ClusterCommand,
  ClusterLauncherOptions,
  ClusterProfile,
  LauncherPlugin,
  Leftovers,
} from './supervision/launcherPlugin.ts';
export { type JobListener, Supervisor } from './supervision/supervisor.ts';
export { stopping, whileInterruptible } from './supervision/whileInterruptible.ts';
