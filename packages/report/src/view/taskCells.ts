import { datasetTitle } from '@bit-repro/data';
import { numbers, type Table } from '../table.ts';
import { hasSeveralDatasets, type Task } from '../task.ts';

/** The columns that tell the task of a row: its data set where the report has several, and the number of shots. */
export const taskColumns = (tasks: readonly Task[]): Table['columns'] => [
  ...(hasSeveralDatasets(tasks) ? [{ title: 'Data set' }] : []),
  ...numbers('Shots'),
];

export const taskCells = ({ dataset, shots }: Task, tasks: readonly Task[]): string[] => [
  ...(hasSeveralDatasets(tasks) ? [datasetTitle(dataset)] : []),
  String(shots),
];
