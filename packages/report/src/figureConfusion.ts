import type { TopLevelSpec } from 'vega-lite';
import { completeFigure, panelTitle, type FigureLayout } from './figureParts.ts';
import { wrapLines } from './wrapLines.ts';
import { confusedColour, ink, rightColour, type Spec } from './figureStyle.ts';
import { textWidth } from './fonts.ts';
import type { GroupConfusion } from './groupConfusion.ts';
import type { ReportData } from './reportData.ts';
import type { ReportedGroup } from './reportedRuns.ts';
import { datasetAmong, taskInWords } from './task.ts';

/** The most arms and tasks whose mistakes a report shows one by one. */
export const mostConfusions = 8;

const labelFont = 10;
const mostLabelWidth = 90;
/** Narrower cells have no room for a number. */
const leastNumbered = 17;

/** An arm at a task of which it is known what its runs got wrong. */
export type ConfusedGroup = ReportedGroup & { confusion: GroupConfusion };

/** The arms and tasks whose mistakes are shown. */
export const confusedGroups = ({ groups }: ReportData): ConfusedGroup[] =>
  groups.filter((group): group is ConfusedGroup => group.confusion !== undefined).slice(0, mostConfusions);

/** A confusion matrix for each arm and task with so few classes that it can be read. */
export function figureConfusion(data: ReportData, { direction, width }: FigureLayout): TopLevelSpec {
  const shown = confusedGroups(data).filter(({ confusion }) => confusion.matrix !== undefined);
  const classesOf = (group: ConfusedGroup): readonly string[] => datasetAmong(data.datasets, group).classes;
  const columns = direction === 'row' ? 2 : 1;
  const labels = Math.min(
    mostLabelWidth,
    Math.max(...shown.flatMap(classesOf).map((name) => textWidth(name, labelFont, false))),
  );
  // Beside the labels of the classes there are the title of the axis, and room between the panels.
  const side = (width - 28 - (columns - 1) * 30) / columns - labels - 28;
  return completeFigure(
    data,
    {
      concat: shown.map((group) =>
        panel(group, {
          title: `${group.arm}, ${taskInWords(group, data.tasks)}`,
          classes: classesOf(group),
          side,
        }),
      ),
      columns,
      spacing: 30,
    },
    'What the networks took the test images for',
    width,
  );
}

/** Whether there are matrices that can be read. */
export const hasConfusions = (data: ReportData): boolean =>
  confusedGroups(data).some(({ confusion }) => confusion.matrix !== undefined);

function panel(
  { confusion }: ConfusedGroup,
  { title, classes, side }: { title: string; classes: readonly string[]; side: number },
): Spec {
  const cell = side / classes.length;
  const rows = (confusion.matrix ?? []).flatMap((counts, label) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return counts.flatMap((images, predicted) => {
      // Whatever rounds to no percent is blank.
      const share = (100 * images) / all;
      return share < 0.5 ? [] : [{ is: classes[label], as: classes[predicted], images, share }];
    });
  });
  const axis = (field: 'is' | 'as', title: string): Spec => ({
    field,
    type: 'nominal',
    sort: null,
    scale: { domain: classes, paddingInner: 0.04, paddingOuter: 0 },
    axis: {
      title,
      ticks: false,
      domain: false,
      labelFontSize: labelFont,
      labelLimit: mostLabelWidth,
      labelOverlap: false,
      ...(field === 'as' && { orient: 'bottom', labelAngle: -90, labelBaseline: 'middle' }),
    },
  });
  const told = { field: 'told', type: 'nominal' };
  return {
    title: {
      ...panelTitle(''),
      text: wrapLines(title, { width: side, fontSize: 12 }),
    },
    width: side,
    height: side,
    data: { values: rows },
    transform: [
      {
        calculate:
          "datum.is + (datum.is === datum.as ? ' recognised: ' : ' taken for ' + datum.as + ': ') + format(datum.share, '.2f') + ' % (' + datum.images + ' images)'",
        as: 'told',
      },
    ],
    encoding: { x: axis('as', 'taken for'), y: axis('is', 'class') },
    layer: [
      {
        mark: { type: 'rect', tooltip: true },
        encoding: {
          fill: { condition: { test: 'datum.is === datum.as', value: rightColour }, value: confusedColour },
          fillOpacity: {
            field: 'share',
            type: 'quantitative',
            legend: null,
            // Confusions are rare; a root shows them beside what is right. Numbers stay readable on the darkest.
            scale: { type: 'sqrt', domain: [0, 100], range: [0.03, 0.65] },
          },
          tooltip: told,
        },
      },
      ...(cell < leastNumbered
        ? []
        : [
            {
              mark: {
                type: 'text',
                fontSize: Math.min(10, Math.floor(cell / 2.4)),
                color: ink,
                tooltip: true,
              },
              encoding: {
                text: { field: 'share', type: 'quantitative', format: '.0f' },
                tooltip: told,
              },
            },
          ]),
    ],
  };
}
