import type { Job } from '@bit-repro/launch';
import { inLine } from '@bit-repro/artifacts';
import { datasetTitle } from '@bit-repro/data';
import { shotsInWords } from '@bit-repro/experiment';
import type { ReportData } from '@bit-repro/report';
import { shortened } from '@bit-repro/terminal';

type Task = ReportData['tasks'][number];

/** A task at the start of a line: "  5 shot", or "all images", after the data set where there are several tasks of others. */
export function taskCell({ dataset, shots }: Task, tasks: readonly Task[]): string {
  const cell = shots === 'all' ? 'all images' : `${String(shots).padStart(3)} shot`;
  const names = tasks.map((task) => inLine(datasetTitle(task.dataset)));
  if (new Set(names).size < 2) return cell;
  return `${inLine(datasetTitle(dataset)).padEnd(Math.max(...names.map((name) => name.length)))} ${cell}`;
}

/** A run by what is unique of it in its experiment. */
export const plainName = ({ arm, dataset, shots, seed }: Job): string =>
  `${inLine(arm)}${dataset === undefined ? '' : ` ${inLine(dataset)}`} ${shotsInWords(shots)} seed ${seed}`;

/** A shorter form; the arm's name is shortened to fit into `columns`. */
export function shortName({ arm, dataset, shots, seed }: Job, columns = Infinity): string {
  const end = `${dataset === undefined ? '' : ` ${inLine(dataset)}`} ${shotsInWords(shots)} s${seed}`;
  return shortened(inLine(arm), columns - end.length) + end;
}
