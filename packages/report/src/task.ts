import { datasetTitle, factsOf, nameOfDataset, type DatasetRef, type Shots } from '@bit-repro/data';
import type { PlannedRun } from '@bit-repro/experiment';

/** What networks are fine-tuned to: a data set, by the name of `nameOfDataset`, with so many of its images. */
export interface Task {
  dataset: string;
  shots: Shots;
}

/** A data set of a report. */
export interface ReportedDataset {
  name: string;
  title: string;
  classes: readonly string[];
  testImages: number;
  /** Accuracy of guessing, in percent. */
  chance: number;
}

export function reportedDataset(dataset: DatasetRef): ReportedDataset {
  const { title, classes, testImages } = factsOf(dataset);
  return {
    name: nameOfDataset(dataset),
    title,
    classes: [...classes],
    testImages,
    chance: 100 / classes.length,
  };
}

/** The data set of a task among those of a report. */
export const datasetAmong = (datasets: readonly ReportedDataset[], { dataset }: Task): ReportedDataset =>
  datasets.find(({ name }) => name === dataset)!;

export const taskOf = ({ dataset, shots }: Pick<PlannedRun, 'dataset' | 'shots'>): Task => ({
  dataset: nameOfDataset(dataset),
  shots,
});

export const isSameTask = (one: Task, other: Task): boolean =>
  one.dataset === other.dataset && one.shots === other.shots;

/** Those of some items that are of a task. */
export const ofTask = <Item extends Task>(items: readonly Item[], task: Task): Item[] =>
  items.filter((item) => isSameTask(item, task));

/** The tasks of some items, in the order of their first. */
export const tasksOf = (items: readonly Task[]): Task[] => [
  ...new Map(
    items.map(({ dataset, shots }) => [JSON.stringify([dataset, shots]), { dataset, shots }]),
  ).values(),
];

/** "1 example per class", after the data set where a report has several. */
export const taskInWords = ({ dataset, shots }: Task, tasks: readonly Task[]): string =>
  hasSeveralDatasets(tasks) ? `${datasetTitle(dataset)}, ${perClass(shots)}` : perClass(shots);

/** The same in a sentence: "with 1 example per class", or "on CIFAR-10 with 1 example per class". */
export const taskInProse = ({ dataset, shots }: Task, tasks: readonly Task[]): string =>
  `${hasSeveralDatasets(tasks) ? `on ${datasetTitle(dataset)} ` : ''}with ${perClass(shots)}`;

export const hasSeveralDatasets = (tasks: readonly Task[]): boolean =>
  tasks.some(({ dataset }) => dataset !== tasks[0]!.dataset);

/** "1 example per class". */
export const perClass = (shots: Shots): string =>
  shots === 'all' ? 'all training images' : `${shots} ${shots === 1 ? 'example' : 'examples'} per class`;
