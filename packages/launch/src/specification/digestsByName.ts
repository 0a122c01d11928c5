import type { WeightsChoice, PlannedRun } from '@bit-repro/experiment';

/** The SHA-256 of the weights that runs start from, by name. Weights without a known digest are left out. */
export async function digestsByName(
  planned: readonly PlannedRun[],
  digestOf: (weights: Readonly<WeightsChoice>) => Promise<string | undefined> | string | undefined,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const weights of new Map(planned.map((run) => [run.weights.name, run.weights])).values()) {
    const sha256 = await digestOf(weights);
    if (sha256 !== undefined) digests.set(weights.name, sha256);
  }
  return digests;
}
