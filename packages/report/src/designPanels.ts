import { largest, smallest } from '@bit-repro/artifacts';
import type { ReportData } from './reportData.ts';
import type { ReportedGroup } from './reportedRuns.ts';
import type { ShownFactor, TaskDesign } from './taskDesign.ts';
import { isSameTask, taskInWords, type Task } from './task.ts';

/** The part of a design that a panel shows: one factor along its axis, another by its lines or rows, and the others fixed. */
export interface DesignPanel {
  task: Task;
  title: string;
  along: ShownFactor;
  /** Absent from a sweep of one setting. */
  across?: ShownFactor;
  points: DesignPoint[];
  /** The lowest and the highest mean of all arms at the task; absent where no run is finished. */
  means?: [lowest: number, highest: number];
}

/** An arm of a panel; the levels of its factors are counted from 0. */
interface DesignPoint {
  arm: string;
  along: number;
  across: number;
  group: ReportedGroup;
  /** Whether it is the best at the task. */
  isBest: boolean;
}

/** The panels of all designs of a report. */
export const designPanels = (data: ReportData): DesignPanel[] =>
  data.designs.flatMap((design) => panelsOf(data, design));

/** A panel for every combination of the settings beyond the first two. */
function panelsOf(data: ReportData, design: TaskDesign): DesignPanel[] {
  const { dataset, shots, cells } = design;
  const task = { dataset, shots };
  const [along, across, ...others] = design.factors as [ShownFactor, ...ShownFactor[]];
  const means = cells.flatMap(({ arm }) => groupOf(data, arm, task).summary?.mean ?? []);
  const most = means.length === 0 ? undefined : largest(means);
  const best = data.best.find((one) => isSameTask(one, task));
  const fixed = new Map(cells.map(({ cell }) => [String(cell.slice(2)), cell.slice(2)]));
  return [...fixed].map(([key, levels]) => ({
    task,
    title: [taskInWords(task, data.tasks), ...others.map(({ named }, index) => named[levels[index]!]!)].join(
      ', ',
    ),
    along,
    ...(across !== undefined && { across }),
    points: cells.flatMap(({ arm, cell: [along, across = 0, ...rest] }): DesignPoint[] => {
      if (String(rest) !== key) return [];
      const group = groupOf(data, arm, task);
      return [{ arm, along: along!, across, group, isBest: best?.arm === arm }];
    }),
    ...(most !== undefined && { means: [smallest(means), most] }),
  }));
}

const groupOf = ({ groups }: ReportData, arm: string, task: Task): ReportedGroup =>
  groups.find((group) => group.arm === arm && isSameTask(group, task))!;

/** "mean 52.40 % of 10 runs [51.90, 52.90]". */
export function meanInWords({ summary, interval }: Pick<ReportedGroup, 'summary' | 'interval'>): string {
  if (summary === undefined) return 'no run yet';
  const bounds = interval && ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
  return `mean ${summary.mean.toFixed(2)} % of ${summary.n} runs${bounds ?? ''}`;
}
