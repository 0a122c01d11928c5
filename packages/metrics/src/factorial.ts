/** A level of a factor of a design; both are counted from 0. */
interface FactorLevel {
  factor: number;
  level: number;
}

/** An effect in a full factorial design, as weights of its cells. */
export interface FactorialEffect {
  /** One factor at fixed levels of the others, one factor averaged over the others, or two factors together. */
  kind: 'simple' | 'main' | 'interaction';
  /** The levels that are held against the first of their factors; two for an interaction. */
  of: FactorLevel[];
  /** The fixed levels of a simple effect; the other factors of any other effect are averaged over. */
  at: FactorLevel[];
  /** A cell is a level for each factor; those without a weight are left out. */
  weights: { cell: number[]; weight: number }[];
}

/**
 * The effects of a design with every combination of these numbers of levels: the simple effects, the main effects, and the
 * interactions of two factors, each of a level against its factor's first.
 *
 * The interaction is by how much the effect of one factor is greater at the level of the other than at the other's first.
 * Montgomery, Design and Analysis of Experiments, chapters 5 and 6; there the interaction of two levels each is half of it.
 */
export function factorialEffects(levels: readonly number[]): FactorialEffect[] {
  const factors = [...levels.keys()];
  const cells = combinations(levels);
  const raised = (factor: number): FactorLevel[] =>
    range(levels[factor]!).flatMap((level) => (level === 0 ? [] : [{ factor, level }]));
  const effect = (kind: FactorialEffect['kind'], of: FactorLevel[], at: FactorLevel[] = []) => ({
    kind,
    of,
    at,
    weights: cells.flatMap((cell) => {
      const weight = weightOf(cell, of, at, levels);
      return weight === 0 ? [] : [{ cell, weight }];
    }),
  });
  const simple = factors.flatMap((factor) => {
    const others = factors.filter((other) => other !== factor);
    return combinations(others.map((other) => levels[other]!)).flatMap((chosen) => {
      const at = others.map((other, index) => ({ factor: other, level: chosen[index]! }));
      return raised(factor).map((level) => effect('simple', [level], at));
    });
  });
  const main = factors.flatMap((factor) => raised(factor).map((level) => effect('main', [level])));
  const interactions = factors.flatMap((one) =>
    factors.flatMap((other) =>
      other <= one
        ? []
        : raised(one).flatMap((first) =>
            raised(other).map((second) => effect('interaction', [first, second])),
          ),
    ),
  );
  return [...simple, ...main, ...interactions];
}

function weightOf(
  cell: readonly number[],
  of: readonly FactorLevel[],
  at: readonly FactorLevel[],
  levels: readonly number[],
): number {
  const fixed = [...of, ...at].map(({ factor }) => factor);
  const averagedOver = levels.reduce(
    (product, count, factor) => (fixed.includes(factor) ? product : product * count),
    1,
  );
  if (at.some(({ factor, level }) => cell[factor] !== level)) return 0;
  const sign = of.reduce((product, { factor, level }) => {
    if (cell[factor] === level) return product;
    return cell[factor] === 0 ? -product : 0;
  }, 1);
  return sign / averagedOver;
}

const range = (count: number): number[] => [...Array(count).keys()];

/** Every choice of one level for each factor, the last factor varying fastest. */
const combinations = (levels: readonly number[]): number[][] =>
  levels.reduce<number[][]>(
    (found, count) => found.flatMap((cell) => range(count).map((level) => [...cell, level])),
    [[]],
  );
