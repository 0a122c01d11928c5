import { ExplainedError } from '@bit-repro/artifacts';
import { mistakesIn, type Confusion, type Predictions, type Summary } from '@bit-repro/metrics';
import { mostMistakes } from '@bit-repro/runs';
import type { Ledger } from './ledger.ts';
import { summaryOf } from './summaries.ts';
import { tallyOf } from './tally.ts';

/** With more classes a matrix could not be read. */
export const mostInMatrix = 20;
const mostPairs = 10;

interface ScoredRun {
  id: string;
  /** In percent. */
  top1: number;
}

/** What the runs of one arm at one task took for what. Classes are numbers. */
export interface GroupConfusion {
  /** The runs whose predictions are known. */
  runs: string[];
  /** Accuracy by class, in percent: of all in their order, or of more than 20 the ten lowest and the ten highest. */
  classes: { label: number; summary: Summary }[];
  /** How many of all classes are as accurate as the lowest, and as the highest; how many pairs are confused as often as the first. */
  ties: { lowest: number; highest: number; pairs: number };
  /** Images of all runs by class, then by predicted class; absent with more than 20 classes. */
  matrix?: number[][];
  /** Most often confused first. `share`, in percent, is of the images of the class. */
  pairs: (Confusion & { share: number })[];
  /** Test images that the run of median accuracy got wrong, the most confident first; confidence in percent. */
  mistakes: {
    run: string;
    images: { image: number; label: number; predicted: number; confidence: number }[];
  };
}

/** Counts the mistakes of runs. Undefined where the predictions of none are known. @throws ExplainedError if they are of other classes. */
export function groupConfusion(
  runs: readonly ScoredRun[],
  classes: number,
  ledger: Ledger,
): GroupConfusion | undefined {
  const { predictions = new Map<string, Predictions>() } = ledger.source;
  const known = runs.filter(({ id }) => predictions.has(id));
  if (known.length === 0) return undefined;
  const ids = known.map(({ id }) => id);
  const tallies = ids.map((id) => tallyOf(predictions.get(id)!));
  const accuracies = [...tallies[0]!.sizes.keys()].map((label) => ({
    label,
    summary: summaryOf({ runs: ids, label, predicted: label }, ledger),
  }));
  const means = accuracies.map(({ summary }) => summary.mean);
  const pooled = pool(tallies.flatMap(({ confusions }) => confusions));
  requireClasses(pooled, classes, ids);
  const pairs = pooled
    .filter(({ label, predicted }) => label !== predicted)
    .sort((one, other) => other.images - one.images);
  const median = medianRun(known);
  return {
    runs: ids,
    classes: classes > mostInMatrix ? extremes(accuracies) : accuracies,
    ...(classes <= mostInMatrix && { matrix: matrixOf(pooled, classes) }),
    ties: {
      lowest: equalsOf(means, Math.min(...means)),
      highest: equalsOf(means, Math.max(...means)),
      pairs: equalsOf(
        pairs.map(({ images }) => images),
        pairs[0]?.images,
      ),
    },
    pairs: pairs.slice(0, mostPairs).map(({ label, predicted, images }) => {
      const share = ledger.value({ reducer: 'mean', of: { runs: ids, label, predicted } })!;
      return { label, predicted, images, share };
    }),
    mistakes: { run: median, images: mistakesOf(median, predictions.get(median)!, ledger) },
  };
}

function requireClasses(confusions: readonly Confusion[], classes: number, runs: readonly string[]): void {
  const odd = confusions.find(({ label, predicted }) => Math.max(label, predicted) >= classes);
  if (odd === undefined) return;
  throw new ExplainedError(
    `Expected predictions of ${classes} classes in the runs ${runs.join(', ')}, found class ${Math.max(odd.label, odd.predicted)}`,
    'A run was altered. Run the experiment again.',
  );
}

/** The same confusions of several runs as one, in the order of the classes. */
function pool(confusions: readonly Confusion[]): Confusion[] {
  const sums = new Map<string, Confusion>();
  for (const one of confusions) {
    const place = `${one.label}/${one.predicted}`;
    sums.set(place, { ...one, images: one.images + (sums.get(place)?.images ?? 0) });
  }
  return [...sums.values()].sort((one, other) => one.label - other.label || one.predicted - other.predicted);
}

function matrixOf(confusions: readonly Confusion[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { label, predicted, images } of confusions) matrix[label]![predicted] = images;
  return matrix;
}

const equalsOf = (values: readonly number[], sought: number | undefined): number =>
  values.filter((value) => value === sought).length;

/** The ten least accurate classes and the ten most. */
function extremes(classes: GroupConfusion['classes']): GroupConfusion['classes'] {
  const ordered = [...classes].sort((one, other) => one.summary.mean - other.summary.mean);
  return [...ordered.slice(0, mostInMatrix / 2), ...ordered.slice(-mostInMatrix / 2)];
}

/** Of an even number the lower of the middle two. */
function medianRun(runs: readonly ScoredRun[]): string {
  const ordered = [...runs].sort((one, other) => one.top1 - other.top1);
  return ordered[Math.floor((ordered.length - 1) / 2)]!.id;
}

const mistakesOf = (
  run: string,
  predictions: Predictions,
  ledger: Ledger,
): GroupConfusion['mistakes']['images'] =>
  mistakesIn(predictions, mostMistakes).map((image) => ({
    image,
    label: predictions.labels[image]!,
    predicted: predictions.predicted[image]!,
    confidence: ledger.value({ reducer: 'confidence', image, of: { runs: [run] } })!,
  }));
