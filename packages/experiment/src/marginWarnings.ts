import { leastMargin, summarise } from '@bit-repro/metrics';
import { claimOf } from './target/claimOf.ts';
import type { Target } from './target/targetSchema.ts';
import { marginFor, type VerdictRule } from './verdictRule.ts';
import type { ConfigProblem } from './yaml/errors.ts';
import type { YamlFile } from './yaml/yamlFile.ts';

/** Margins within which no number of runs can be shown to agree, as the published runs of one of these networks are too few. */
export function marginWarnings(
  { models, datasets }: { models: readonly string[]; datasets: readonly string[] },
  rule: VerdictRule,
  target: Target,
  yaml: YamlFile,
): ConfigProblem[] {
  return rule.margins.flatMap((margin, index) => {
    const { shots, points } = margin;
    const places = datasets.flatMap((dataset) => models.map((model) => ({ model, shots, dataset })));
    const limits = places.flatMap((place) => {
      if (marginFor(rule, place) !== margin) return [];
      const { model } = place;
      const claim = claimOf(target, rule, place);
      const deviation = claim?.runs && summarise(claim.runs).standardDeviation;
      if (claim === undefined || deviation === undefined) return [];
      const options = { standardDeviation: deviation, runs: Infinity, alpha: rule.alpha };
      return [{ model, runs: claim.n, limit: leastMargin(claim, options) }];
    });
    const beyond = limits.filter(({ limit }) => limit > points);
    if (beyond.length === 0) return [];
    return [
      {
        ...yaml.placeOf(['verdict', 'margins', index, 'points']),
        key: `verdict.margins.${index}.points`,
        expected: beyond
          .map(
            ({ model, runs, limit }) =>
              `at least ${limit.toFixed(1)} for ${model}, published with ${runs} runs`,
          )
          .join('; '),
        found: String(points),
        remedy:
          'The published runs are too few to show agreement within this margin, however many runs you add. Widen it, or expect "inconclusive".',
      },
    ];
  });
}
