import { largest } from '@bit-repro/artifacts';
import { claimedNames, type Shots } from '@bit-repro/data';
import { shotsSchema } from '@bit-repro/trainer';
import { z } from 'zod';
import { isAtShots } from './shots.ts';
import type { ConfigProblem } from './yaml/errors.ts';
import { datasetOf } from './target/resultAt.ts';
import type { Target } from './target/targetSchema.ts';
import type { YamlFile } from './yaml/yamlFile.ts';

const margin = z.strictObject({
  dataset: z
    .enum(claimedNames)
    .exactOptional()
    .meta({ description: 'Data set by its name. Default: every one that has no margin of its own.' }),
  shots: shotsSchema.meta({ description: 'Examples per class, or `all`.' }),
  points: z
    .number()
    .positive()
    .max(100)
    .meta({
      description:
        'The largest difference from what was published, in points of top-1 accuracy, that still reproduces it. Must exceed ' +
        'the error to which the published value was read.',
    }),
});

/** How a report judges whether runs reproduce what was published. */
export const verdictRuleSchema = z.strictObject({
  alpha: z
    .number()
    .min(0.001)
    .max(0.1)
    .default(0.024)
    .meta({
      description:
        'Probability on each side of the interval, at each look. The default keeps the error over the default looks at ' +
        'about 0.05 (`harness simulate`).',
      examples: [0.024],
    }),
  looks: z
    .array(z.int().min(2).max(1000))
    .min(1)
    .max(20)
    .refine((list) => list.every((look, index) => index === 0 || look > list[index - 1]!), {
      error: 'numbers that grow',
    })
    .default([5, 10, 20, 40])
    .meta({
      description:
        'Numbers of seeds at which the runs are judged; those between two looks wait for the next. With `--until-decided`, ' +
        'seeds are added up to the next look until every verdict is decided.',
      examples: [[5, 10, 20, 40]],
    }),
  margins: z
    .array(margin)
    .min(1)
    .superRefine((list, context) => {
      list.forEach(({ dataset, shots }, index) => {
        if (list.findIndex((other) => other.shots === shots && other.dataset === dataset) === index) return;
        context.addIssue({
          code: 'custom',
          path: [index, 'shots'],
          message: 'one margin for each number of shots',
          params: { remedy: 'Drop all but one of them.' },
        });
      });
    })
    .meta({
      description: 'One for each number of shots to be judged.',
      examples: [[{ shots: 1, points: 6.1 }]],
    }),
});

export type VerdictRule = z.infer<typeof verdictRuleSchema>;
export type Margin = VerdictRule['margins'][number];

/** The margin for a data set at a number of shots: its own, or that for every data set. */
export function marginFor(
  { margins }: VerdictRule,
  { dataset, shots }: { dataset: string; shots: Shots },
): Margin | undefined {
  const atShots = margins.filter((margin) => margin.shots === shots);
  return (
    atShots.find((margin) => margin.dataset === dataset) ??
    atShots.find((margin) => margin.dataset === undefined)
  );
}

/** What is wrong with a rule beside the published numbers that it is to judge by, on these data sets. */
export function checkRule(
  rule: VerdictRule | undefined,
  target: Target | undefined,
  datasets: readonly string[],
  yaml: YamlFile,
): ConfigProblem[] {
  if (rule === undefined) return [];
  if (target === undefined) {
    return [
      {
        ...yaml.placeOf(['verdict']),
        key: 'verdict',
        expected: 'a target to judge by',
        found: 'none',
        remedy: 'Write `target: figure6`, or drop `verdict`.',
      },
    ];
  }
  return rule.margins.flatMap((margin, index): ConfigProblem[] => {
    const { dataset, shots, points } = margin;
    const meant = target.claims.results.filter(
      (claim) => dataset === undefined || datasetOf(claim, target.claims) === dataset,
    );
    const claims = meant.filter((claim) => isAtShots(claim.shots, shots));
    const problem = (
      key: string,
      words: Pick<ConfigProblem, 'expected' | 'found' | 'remedy'>,
    ): ConfigProblem => ({
      ...yaml.placeOf(['verdict', 'margins', index, key]),
      key: `verdict.margins.${index}.${key}`,
      ...words,
    });
    if (claims.length === 0) {
      const known = [...new Set(meant.map((claim) => claim.shots))].join(', ');
      return [
        problem('shots', {
          expected: `a number of shots that the target has${dataset === undefined ? '' : ` on ${dataset}`}: ${known || 'none'}`,
          found: String(shots),
          remedy: 'Nothing is published there: drop the margin.',
        }),
      ];
    }
    const unusable = claims.find((claim) => claim.runs === undefined && target.claims.n === undefined);
    if (unusable !== undefined) {
      return [
        problem('shots', {
          expected: 'published values with their single runs, or the number of runs behind them',
          found: `neither for ${unusable.model}`,
          remedy: 'Their uncertainty is not known: drop the margin, or write `n` or `runs` in the target.',
        }),
      ];
    }
    const judged = claims.filter((claim) => {
      const name = datasetOf(claim, target.claims);
      return datasets.includes(name) && marginFor(rule, { dataset: name, shots }) === margin;
    });
    const readingError = largest(judged.map((claim) => claim.readingError ?? 0));
    return points > readingError
      ? []
      : [
          problem('points', {
            expected: `more than ${readingError}, the reading error of the published median`,
            found: String(points),
            remedy: 'No result could reproduce such a claim: widen the margin.',
          }),
        ];
  });
}
