import type { Installation } from '@bit-repro/engine';
import { type Resources, type Placement, type Plan, fetchIngredients, specify } from '@bit-repro/launch';
import { downloadBar } from '@bit-repro/terminal';
import { describeProblem, type PlannedRun } from '@bit-repro/experiment';
import { gatherProvenance, writePlan, type Provenance, type RunSpec } from '@bit-repro/runs';
import { inLine, describeWorkers } from '@bit-repro/artifacts';

/** The runs of a plan, with everything they need in place. */
export interface PreparedRuns {
  installation: Installation;
  placement: Placement;
  resources: Resources;
  /** In the order of the plan. */
  specs: readonly RunSpec[];
  provenance: Provenance;
  /** The uncommitted changes, if any. */
  diff: Buffer | undefined;
}

/**
 * Fetches the engine, the data and the weights before any run starts, and specifies every run with their
 * versions and checksums. Writes the plan into the folder `store`.
 *
 * @throws the reason of `signal`.
 */
export async function prepareRuns(
  plan: Plan,
  {
    store,
    look,
    print,
    signal,
  }: { store: string; look?: number | undefined; print: (line: string) => void; signal: AbortSignal },
): Promise<PreparedRuns> {
  const { experiment, profile, reason, planned, gpus, cluster } = plan;
  print(`${experiment.title}\nprofile ${profile}: ${reason}`);
  for (const warning of experiment.warnings) print(`warning\n${describeProblem(warning)}`);
  for (const assignment of experiment.origin.set) print(`set     ${inLine(assignment)}`);
  for (const title of new Set(planned.map(modelInWords))) print(`model   ${inLine(title)}`);

  const { onProgress, close } = downloadBar();
  const { installation, ...ingredients } = await fetchIngredients(plan, { print, onProgress, signal });
  close();
  const { runs, devices, placement, resources, code } = await specify(plan, ingredients);
  const { flavour, tensorflow } = ingredients.engine;
  print(`engine  TensorFlow ${tensorflow} (${flavour}) on ${devices.join(', ')}`);
  print(
    cluster === undefined
      ? `workers ${describeWorkers(placement.slots.length, placement.threads)}`
      : `cluster ${cluster.parallelism}`,
  );
  const specs = runs.map(({ spec }) => spec);
  const planSha256 = await writePlan(
    store,
    { experiment: experiment.name, profile, config: experiment.origin },
    specs,
  );
  const { provenance, diff } = await gatherProvenance({
    config: experiment,
    profile,
    ...(look !== undefined && { look }),
    sources: code.files,
    installation,
    gpus,
  });
  const { git } = provenance;
  if ('unknown' in git)
    print(`warning the commit of this project cannot be recorded: ${inLine(git.unknown)}`);
  return {
    installation,
    placement,
    resources,
    specs,
    provenance: { ...provenance, planSha256 },
    diff,
  };
}

/** Weights that have the name of a network say which it is. */
const modelInWords = ({ model, weights }: PlannedRun): string =>
  weights.kind === 'published' || weights.kind === 'embedded' ? weights.name : `${model}, ${weights.name}`;
