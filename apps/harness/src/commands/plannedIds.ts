import { expectedRuns } from '../forecast/expectedSpecs.ts';
import { loadPlan, type PlanOptions } from '../plan/index.ts';
import { runId } from '../store/runKey.ts';

/** The names of an experiment's runs, as `run` would make them. Nothing is fetched. */
export async function plannedIds(configFile: string, options: PlanOptions): Promise<Set<string>> {
  const { runs } = await expectedRuns(await loadPlan(configFile, options));
  return new Set(runs.map(({ spec }) => runId(spec)));
}
