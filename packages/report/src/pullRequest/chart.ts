import type { ReportSummary } from '../reportSummary.ts';
import { ofTask, taskInWords, tasksOf, type Task } from '../task.ts';

type Numbers = Pick<ReportSummary, 'groups' | 'published'>;

/** Mermaid leaves out all labels of a chart that has longer ones, and draws more bars too thin to read. */
const mostCharacters = 32;
const mostBars = 12;
const mostCharts = 4;

/**
 * The medians of a report, and what was published beside them, as charts that GitHub draws itself from Mermaid's language: one for
 * each task. Empty where no run is finished.
 */
export function chartsOf(report: Numbers): string {
  const tasks = tasksOf(report.groups);
  const charts = tasks.map((task) => chartOf(report, task, tasks)).filter((chart) => chart !== '');
  return charts.slice(0, mostCharts).join('\n\n');
}

function chartOf({ groups, published }: Numbers, task: Task, tasks: readonly Task[]): string {
  const ours = ofTask(groups, task).flatMap(({ arm, summary }) =>
    summary === undefined ? [] : [{ name: arm, value: summary.median }],
  );
  if (ours.length === 0) return '';
  const theirs = ofTask(published, task).map(({ source, title = source, headline }) => ({
    name: `${title} (${headline.reducer})`,
    value: headline.top1,
  }));
  const bars = [...ours, ...theirs].slice(0, mostBars);
  return [
    '```mermaid',
    `%%{init: {"xyChart": {"height": ${110 + 34 * bars.length}, "titleFontSize": 16}, ${colours}}}%%`,
    'xychart-beta horizontal',
    `  title "${plain(`Median top-1 accuracy, %: ${taskInWords(task, tasks)}`)}"`,
    `  x-axis [${bars.map(({ name }) => `"${shortened(plain(name))}"`).join(', ')}]`,
    '  y-axis 0 --> 100',
    `  bar [${bars.map(({ value }) => value.toFixed(2)).join(', ')}]`,
    '```',
  ].join('\n');
}

const colours = '"themeVariables": {"xyChart": {"plotColorPalette": "#D55E00"}}';

/** Mermaid has no escape for what would end a text, or the block. */
const plain = (text: string): string =>
  text
    .replaceAll("'", '’')
    .replace(/[^\p{L}\p{N}.,:()%+’-]+/gu, ' ')
    .trim();

const shortened = (text: string): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1).trimEnd()}…`;
