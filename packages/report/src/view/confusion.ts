import { confusedGroups, mostConfusions, type ConfusedGroup } from '../figureConfusion.ts';
import { mostInMatrix, type GroupConfusion } from '../groupConfusion.ts';
import { plainCell, type Ledger } from '../ledger.ts';
import { pngSize } from '../pngSize.ts';
import { reportFiles } from '../reportFiles.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportedGroup } from '../reportedRuns.ts';
import { mostShown, type RunExtras } from '../runExtras.ts';
import { numbers, range, tableView, type Piece, type Row, type Table } from '../table.ts';
import { datasetAmong, taskInWords, type Task } from '../task.ts';
import { countOf } from './words.ts';

/** With more of them, each is shown when it is asked for. */
const mostOpen = 2;

/** Names of the classes of a task by their numbers. */
const namedIn = ({ datasets }: ReportData, task: Task): ((label: number) => string) => {
  const { classes } = datasetAmong(datasets, task);
  return (label) => classes[label]!;
};

/** What the networks get wrong; null where no run is finished. */
export function confusionView(
  data: ReportData,
  ledger: Ledger,
  extras: ReadonlyMap<string, RunExtras> | undefined,
): object | null {
  const finished = data.groups.filter(({ runs }) => runs.length > 0);
  if (finished.length === 0) return null;
  const shown = confusedGroups(data);
  return {
    note: noteOn(finished),
    isOpen: shown.length <= mostOpen,
    overview: shown.length === 0 ? null : tableView(overviewTable(data, finished, ledger)),
    groups: shown.map((group, index) => {
      const { mistakes } = group.confusion;
      const { seed } = finished.flatMap(({ runs }) => runs).find(({ id }) => id === mistakes.run)!;
      return {
        heading: titleOf(data, group),
        classes: tableView(classesTable(data, group, ledger)),
        pairs: tableView(pairsTable(data, group, ledger)),
        seed,
        ...mistakesView(namedIn(data, group), mistakes, ledger, { index, sheet: sheetOf(mistakes, extras) }),
      };
    }),
  };
}

const titleOf = ({ tasks }: ReportData, group: ReportedGroup): string =>
  `${group.arm}, ${taskInWords(group, tasks)}`;

/** What is left out, and why. */
function noteOn(groups: readonly ReportedGroup[]): string {
  const runs = groups.flatMap((group) => group.runs);
  const old = runs.filter(({ hasPredictions }) => !hasPredictions).length;
  const known = groups.flatMap(({ confusion }) => confusion?.runs ?? []).length;
  const groupsKnown = groups.filter(({ confusion }) => confusion !== undefined).length;
  return [
    ...(old === 0
      ? []
      : [
          `Not recorded of ${old === runs.length ? 'these runs' : `${countOf(old, 'run')} of ${runs.length}`}, which an earlier version of this program made.`,
        ]),
    ...(known + old < runs.length ? [`Left out, as there are more than ${mostShown} runs.`] : []),
    ...(groupsKnown > mostConfusions
      ? [`Below the table are the first ${mostConfusions} of ${groupsKnown}; data.json has all.`]
      : []),
  ].join(' ');
}

const sampleOf = (runs: readonly string[], label: number, predicted = label) => ({
  runs: [...runs],
  label,
  predicted,
});

function overviewTable(data: ReportData, groups: readonly ReportedGroup[], ledger: Ledger): Table {
  const unknown = ['not known', plainCell(), 'not known', plainCell(), 'not known', plainCell()];
  return {
    label: 'The mistakes of each recipe',
    columns: [
      { title: 'Recipe', aside: 'Training images' },
      { title: 'Runs', kind: 'number' },
      { title: 'Least accurate class' },
      ...numbers('%'),
      { title: 'Most accurate class' },
      ...numbers('%'),
      { title: 'Most confused' },
      ...numbers('% of the class'),
    ],
    groups: [
      {
        rows: groups.map((group): Row => {
          const { arm, confusion } = group;
          const named = namedIn(data, group);
          const row = { aside: taskInWords(group, data.tasks), isOurs: true };
          if (confusion === undefined) return { ...row, cells: [arm, '0', ...unknown] };
          const { runs, classes, pairs, ties } = confusion;
          const ordered = [...classes].sort((one, other) => one.summary.mean - other.summary.mean);
          const accuracy = (label: number): Piece =>
            ledger.number({ reducer: 'mean', of: sampleOf(runs, label) });
          const [least, most] = [ordered[0]!.label, ordered.at(-1)!.label];
          const [pair] = pairs;
          return {
            ...row,
            cells: [
              arm,
              String(runs.length),
              named(least) + andMore(ties.lowest),
              accuracy(least),
              named(most) + andMore(ties.highest),
              accuracy(most),
              ...(pair === undefined
                ? ['none', plainCell()]
                : [
                    `${named(pair.label)} for ${named(pair.predicted)}${andMore(ties.pairs)}`,
                    ledger.number({ reducer: 'mean', of: sampleOf(runs, pair.label, pair.predicted) }),
                  ]),
            ],
          };
        }),
      },
    ],
  };
}

/** Where others are equal to the one that is named. */
const andMore = (equal: number): string => (equal > 1 ? ` and ${(equal - 1).toLocaleString('en')} more` : '');

function classesTable(data: ReportData, group: ConfusedGroup, ledger: Ledger): Table {
  const { runs, classes, ties } = group.confusion;
  const named = namedIn(data, group);
  const all = datasetAmong(data.datasets, group).classes.length;
  const isPart = all > mostInMatrix;
  const rowsOf = (some: typeof classes): Row[] =>
    some.map(({ label }) => {
      const of = sampleOf(runs, label);
      return {
        cells: [
          named(label),
          ledger.number({ reducer: 'mean', of }),
          ledger.number({ reducer: 'standard-deviation', of }),
          range(ledger.number({ reducer: 'min', of }), ledger.number({ reducer: 'max', of })),
        ],
      };
    });
  const half = classes.length / 2;
  const partOf = (which: string, equal: number): string =>
    equal > half
      ? `${half} of the ${equal.toLocaleString('en')} classes of the ${which} accuracy`
      : `The ${half} classes of the ${which} accuracy, of ${all.toLocaleString('en')}`;
  return {
    label: `${isPart ? 'The least and the most accurate classes' : 'Accuracy of each class'}: ${titleOf(data, group)}`,
    columns: [{ title: 'Class' }, ...numbers('Accuracy, mean, %', 'SD', 'Min – max')],
    groups: isPart
      ? [
          { heading: partOf('lowest', ties.lowest), rows: rowsOf(classes.slice(0, half)) },
          { heading: partOf('highest', ties.highest), rows: rowsOf(classes.slice(half)) },
        ]
      : [{ rows: rowsOf(classes) }],
  };
}

function pairsTable(data: ReportData, group: ConfusedGroup, ledger: Ledger): Table {
  const { runs, pairs } = group.confusion;
  const named = namedIn(data, group);
  return {
    label: `The classes most often confused: ${titleOf(data, group)}`,
    columns: [
      { title: 'Class' },
      { title: 'Taken for' },
      ...numbers('% of the class, mean', 'SD', 'Images, all runs'),
    ],
    groups: [
      {
        rows: pairs.map(({ label, predicted }) => {
          const of = sampleOf(runs, label, predicted);
          return {
            cells: [
              named(label),
              named(predicted),
              ledger.number({ reducer: 'mean', of }),
              ledger.number({ reducer: 'standard-deviation', of }),
              ledger.number({ reducer: 'images', of }, 'count'),
            ],
          };
        }),
      },
    ],
  };
}

/** Of each arm and task whose mistakes are shown, the row of pictures, by the name of its file. */
export const mistakePictures = (
  data: ReportData,
  extras: ReadonlyMap<string, RunExtras> | undefined,
): [string, Uint8Array][] =>
  confusedGroups(data).flatMap(({ confusion: { mistakes } }, index) => {
    const sheet = sheetOf(mistakes, extras);
    return sheet === undefined ? [] : [[reportFiles.mistakes[index]!, sheet.picture]];
  });

/** The row of pictures that a run left, where it shows just its mistakes. */
function sheetOf(
  { run, images }: GroupConfusion['mistakes'],
  extras: ReadonlyMap<string, RunExtras> | undefined,
): { picture: Uint8Array; width: number; height: number } | undefined {
  const picture = extras?.get(run)?.mistakes;
  const size = picture && pngSize(picture);
  const width = (size?.width ?? 0) / images.length;
  if (picture === undefined || size === undefined || !Number.isInteger(width)) return undefined;
  return { picture, width, height: size.height };
}

/** The mistakes one by one, with their pictures where there are any. */
function mistakesView(
  named: (label: number) => string,
  { run, images }: GroupConfusion['mistakes'],
  ledger: Ledger,
  { index, sheet }: { index: number; sheet: ReturnType<typeof sheetOf> },
): object {
  const { width = 0, height = 0 } = sheet ?? {};
  return {
    sheet: `mistakes-${index + 1}`,
    file: sheet === undefined ? '' : reportFiles.mistakes[index],
    picture:
      sheet === undefined ? '' : `data:image/png;base64,${Buffer.from(sheet.picture).toString('base64')}`,
    height,
    width: width * images.length,
    mistakes: images.map(({ image, label, predicted }, place) => ({
      image,
      label: named(label),
      predicted: named(predicted),
      confidence: ledger.number({ reducer: 'confidence', image, of: { runs: [run] } }),
      box: `${place * width} 0 ${width} ${height}`,
      isFirst: place === 0,
    })),
  };
}
