import { ExplainedError } from '@bit-repro/artifacts';
import type { RunRecord, RunSpec } from '@bit-repro/runs';

/**
 * What must agree among all runs of an arm at one task, and cannot be seen from their accuracies alone. Devices
 * and threads may differ, as on a cluster; the report's provenance names them.
 */
const agreeing: Record<string, (spec: RunSpec) => unknown> = {
  'weights.sha256': ({ weights }) => weights.sha256,
  dataset: ({ dataset }) => dataset,
  'engine.tensorflow': ({ engine }) => engine.tensorflow,
  sources: ({ sources }) => sources,
};

/**
 * Holds the runs of one arm at one task to one another.
 *
 * @throws ExplainedError when some were made in another way.
 */
export function requireOneRecipe(records: readonly RunRecord[]): void {
  const [first, ...rest] = records;
  if (first === undefined) return;
  for (const record of rest) {
    for (const [key, pick] of Object.entries(agreeing)) {
      const [expected, found] = [first, record].map(({ spec }) => JSON.stringify(pick(spec)));
      if (expected === found) continue;
      throw new ExplainedError(
        `Expected the runs of an arm on one data set at one number of shots to agree in ${key}: ${first.id} has ${expected ?? 'none'}, ${record.id} has ${found ?? 'none'}`,
        '`npx harness diff` shows what differs. Run the experiment again, so that one version of everything makes all of its runs.',
      );
    }
  }
}
