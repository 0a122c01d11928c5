import { planOf, type ExperimentOptions } from './planOf.ts';
import { knownIngredients, specify } from '@bit-repro/launch';
import { runId } from '@bit-repro/runs';

/** The IDs of an experiment's runs, as `run` would make them. Fetches nothing. */
export async function plannedIds(configFile: string, options: ExperimentOptions): Promise<Set<string>> {
  const plan = await planOf(configFile, options);
  const { runs } = await specify(plan, await knownIngredients(plan));
  return new Set(runs.map(({ spec }) => runId(spec)));
}
