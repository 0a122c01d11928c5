import { UnusableNumbersError } from './errors.ts';
import { refused, type Refusal } from './support.ts';

/** What picking the best of several sets comes to. */
export interface Picking {
  kind: 'picking';
  /** The mean at the places that took no part in picking. */
  heldOut: number;
  /** At how many places the rest picks the set that all together pick. */
  agreeing: number;
}

/** The place of the set with the highest mean; of equal ones the first. @throws UnusableNumbersError as `pickedByTheRest`. */
export function bestOf(sets: readonly (readonly number[])[]): number {
  const [first] = sets;
  if (first === undefined || first.length === 0 || sets.some(({ length }) => length !== first.length)) {
    const found = sets.map(({ length }) => length).join(', ');
    throw new UnusableNumbersError(`Expected sets of as many values each, one at least, found [${found}]`);
  }
  const sums = sets.map((values) => values.reduce((sum, value) => sum + value, 0));
  return sums.indexOf(Math.max(...sums));
}

/**
 * What the best of several sets reaches where it was not picked: each place is left out in turn, the set with the highest mean of the
 * rest is picked, and its value at that place is taken. The mean of the set that all places pick is too high, the more so the more sets
 * there are and the less they differ ("winner's curse"): its luck is part of why it was picked. What is left out had no part in that.
 *
 * Stone 1974, J. R. Stat. Soc. B 36; Cawley and Talbot 2010, J. Mach. Learn. Res. 11.
 *
 * @param sets values at the same places, such as accuracies of an arm by seed.
 * @throws UnusableNumbersError if the sets differ in length, or are empty.
 */
export function pickedByTheRest(sets: readonly (readonly number[])[]): Picking | Refusal {
  const best = bestOf(sets);
  const places = sets[0]!.length;
  if (places < 2) return refused('one seed leaves none to pick by');
  const picked = Array.from({ length: places }, (_, left) =>
    bestOf(sets.map((values) => values.filter((_value, place) => place !== left))),
  );
  return {
    kind: 'picking',
    heldOut: picked.reduce((sum, set, place) => sum + sets[set]![place]!, 0) / places,
    agreeing: picked.filter((set) => set === best).length,
  };
}
