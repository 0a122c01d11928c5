import { countsOf, type DatasetBrief, type DatasetRef, type Shots } from '@bit-repro/data';

/** How many training images a run has. */
export function trainingSamples(dataset: DatasetRef | DatasetBrief, shots: Shots): number {
  const { classCount, trainingImages } = countsOf(dataset);
  return shots === 'all' ? trainingImages : shots * classCount;
}

/** "5-shot", or "all images" of the training set. */
export const shotsInWords = (shots: Shots): string => (shots === 'all' ? 'all images' : `${shots}-shot`);

/** Whether a published result is about the training images of our runs; targets call all of them `full`. */
export const isAtShots = (published: number | 'full', shots: Shots): boolean =>
  published === (shots === 'all' ? 'full' : shots);
