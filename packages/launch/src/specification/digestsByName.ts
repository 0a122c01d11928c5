import type { WeightsChoice, PlannedRun } from '@bit-repro/experiment';

/** The SHA-256 of each weights that runs start from, by their name; without those that have none, or none that is known. */
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
