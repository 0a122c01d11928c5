import { z } from 'zod';
import type { PlacedProblem } from './yaml/errors.ts';

const armName = z.string().min(1).max(64);

/** Pairs of arms that a report compares. */
export const comparedArmsSchema = z
  .array(
    z.strictObject({
      arm: armName.meta({ description: 'Name of the arm whose difference is asked for.' }),
      against: armName.meta({ description: 'Name of the arm that it is compared with.' }),
    }),
  )
  .max(10_000)
  .superRefine((pairs, context) => {
    const problem = (index: number, key: string, message: string, remedy: string): void => {
      context.addIssue({ code: 'custom', path: [index, key], message, params: { remedy } });
    };
    pairs.forEach(({ arm, against }, index) => {
      const first = pairs.findIndex((other) => isSamePair(other, { arm, against }));
      if (arm === against) problem(index, 'against', 'another arm than `arm`', 'Name two different arms.');
      else if (first < index) {
        problem(index, 'arm', `a pair that is not in the list yet (entry ${first})`, 'List every pair once.');
      }
    });
  })
  .meta({
    description:
      'Pairs of arms that the report compares seed by seed: `arm` less `against`. Default: every later arm with the ' +
      'first. With an empty list there are none.',
    examples: [[{ arm: 'lr-0.001', against: 'lr-0.003' }]],
  });

export type ComparedArms = z.infer<typeof comparedArmsSchema>;

/** A pair is the same in either order. */
const isSamePair = (one: ComparedArms[number], other: ComparedArms[number]): boolean =>
  (one.arm === other.arm && one.against === other.against) ||
  (one.arm === other.against && one.against === other.arm);

/** Names in a profile's pairs that none of its arms has; each path begins in the list. */
export function unknownArms({
  name,
  arms,
  compare = [],
}: {
  name: string;
  arms: readonly { name: string }[];
  compare?: Readonly<ComparedArms>;
}): PlacedProblem[] {
  const known = arms.map((arm) => arm.name);
  return compare.flatMap((pair, index) =>
    (['arm', 'against'] as const)
      .filter((key) => !known.includes(pair[key]))
      .map((key) => ({
        path: [index, key],
        expected: `one of the arms ${known.join(', ')}`,
        found: `${pair[key]} in profile ${name}`,
        remedy: 'Name one of its arms. A profile with arms of its own needs its own `compare`, too.',
      })),
  );
}
