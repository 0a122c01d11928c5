import { factorialEffects, type FactorialEffect } from '@bit-repro/metrics';
import { insteadInWords, settingInWords, type ArmSettings } from './armSettings.ts';
import { listOf } from './view/words.ts';

/** Settings that always change together, and their values at each level. */
export interface Factor {
  settings: string[];
  levels: string[][];
}

/** Arms that are every combination of the levels of some factors, each of them once. */
export interface Design {
  factors: Factor[];
  /** The level of every factor, arm by arm. */
  cells: { arm: string; cell: number[] }[];
}

/** The design that arms make; none where they are not every combination of their settings. */
export function designOf(arms: readonly ArmSettings[]): Design | undefined {
  const factors = new Map<string, Factor & { levelOf: number[] }>();
  for (const setting of arms[0]?.settings.keys() ?? []) {
    const values = arms.map(({ settings }) => settings.get(setting) ?? '');
    const distinct = [...new Set(values)];
    if (distinct.length === 1) continue;
    const levelOf = values.map((value) => distinct.indexOf(value));
    const factor = factors.get(String(levelOf)) ?? { settings: [], levels: distinct.map(() => []), levelOf };
    factor.settings.push(setting);
    distinct.forEach((value, level) => factor.levels[level]!.push(value));
    factors.set(String(levelOf), factor);
  }
  const all = [...factors.values()];
  const cells = arms.map(({ arm }, index) => ({ arm, cell: all.map(({ levelOf }) => levelOf[index]!) }));
  const combinations = all.reduce((product, { levels }) => product * levels.length, 1);
  const isFull =
    arms.length === combinations && new Set(cells.map(({ cell }) => String(cell))).size === combinations;
  if (all.length === 0 || !isFull) return undefined;
  return { factors: all.map(({ settings, levels }) => ({ settings, levels })), cells };
}

/** The design of two factors or more that arms make. */
export function factorialDesign(arms: readonly ArmSettings[]): Design | undefined {
  const design = designOf(arms);
  return design !== undefined && design.factors.length > 1 ? design : undefined;
}

/** An effect in a design: a weighted sum of its arms. */
export interface DesignEffect {
  kind: FactorialEffect['kind'];
  title: string;
  terms: { arm: string; weight: number }[];
}

/** All effects in a design; what counts positive comes first. */
export const effectsOf = ({ factors, cells }: Design): DesignEffect[] =>
  factorialEffects(factors.map(({ levels }) => levels.length)).map((effect) => ({
    kind: effect.kind,
    title: titleOf(effect, factors),
    terms: effect.weights
      .map(({ cell, weight }) => ({
        arm: cells.find((other) => String(other.cell) === String(cell))!.arm,
        weight,
      }))
      .sort((one, other) => other.weight - one.weight),
  }));

/** What two arms of a design have in common: "learning rate 0.003". */
export function commonLevels({ factors, cells }: Design, one: string, other: string): string {
  const [cell, otherCell] = [one, other].map((name) => cells.find(({ arm }) => arm === name)!.cell);
  return listOf(
    factors.flatMap((factor, index) =>
      cell![index] === otherCell![index] ? [levelInWords(factor, cell![index]!)] : [],
    ),
  );
}

function titleOf({ kind, of, at }: FactorialEffect, factors: readonly Factor[]): string {
  const inWords = of.map(({ factor, level }) => levelInWords(factors[factor]!, level));
  const averaged = factors.flatMap(({ settings }, index) =>
    of.some(({ factor }) => factor === index) ? [] : settings,
  );
  const [{ factor, level }] = of as [FactorialEffect['of'][number]];
  const { settings, levels } = factors[factor]!;
  const instead = listOf(
    settings.map((setting, index) => insteadInWords(setting, levels[level]![index]!, levels[0]![index]!)),
  );
  switch (kind) {
    case 'simple':
      return `${instead} (${listOf(at.map((held) => levelInWords(factors[held.factor]!, held.level)))})`;
    case 'main':
      return `${instead} (averaged over ${listOf(averaged)})`;
    case 'interaction':
      return `interaction of ${inWords.join(' with ')}${averaged.length === 0 ? '' : ` (averaged over ${listOf(averaged)})`}`;
  }
}

/** "learning rate 0.003", or "schedule of 500 steps". */
export const levelInWords = ({ settings, levels }: Factor, level: number): string =>
  listOf(
    settings.map((setting, index) =>
      settingInWords(
        setting,
        levels[level]![index]!,
        levels.map((values) => values[index]!),
      ),
    ),
  );
