import type { WeightsChoice, PlannedRun } from '@bit-repro/experiment';

/**
 * The SHA-256 of the weights that runs start from, by name. Weights without a known digest are left out.
 *
 * @param digestOf is given weights and the architectures that start from them.
 */
export async function digestsByName(
  planned: readonly PlannedRun[],
  digestOf: (
    weights: Readonly<WeightsChoice>,
    architectures: readonly string[],
  ) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const name of new Set(planned.map((run) => run.weights.name))) {
    const runs = planned.filter((run) => run.weights.name === name);
    const architectures = new Set(runs.map((run) => run.fineTune.architecture));
    const sha256 = await digestOf(runs[0]!.weights, [...architectures]);
    if (sha256 !== undefined) digests.set(name, sha256);
  }
  return digests;
}
