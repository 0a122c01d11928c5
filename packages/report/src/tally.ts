import { confusionsOf, type Confusion, type Predictions } from '@bit-repro/metrics';
import { onceForSource } from './onceForSource.ts';

/** A run's test images by their class and what it took them for. */
interface Tally {
  confusions: readonly Confusion[];
  /** The same by class, then by predicted class; what never occurred is absent. */
  counts: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** Images of each class that has any. */
  sizes: ReadonlyMap<number, number>;
}

const tally = onceForSource((_: undefined, predictions: Predictions): Tally => {
  const confusions = confusionsOf(predictions);
  const counts = new Map<number, Map<number, number>>();
  const sizes = new Map<number, number>();
  for (const { label, predicted, images } of confusions) {
    counts.set(label, (counts.get(label) ?? new Map<number, number>()).set(predicted, images));
    sizes.set(label, (sizes.get(label) ?? 0) + images);
  }
  return { confusions, counts, sizes };
});

/** Counts the predictions of a run, once. */
export const tallyOf = (predictions: Predictions): Tally => tally(undefined, predictions);
