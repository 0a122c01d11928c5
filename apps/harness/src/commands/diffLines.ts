import { counted, inLine } from '@bit-repro/artifacts';
import { shotsInWords } from '@bit-repro/experiment';
import {
  changeLevel,
  type Aspect,
  type ComparedRun,
  type FieldDifference,
  type Group,
  type ScoreComparison,
} from '@bit-repro/runs';
import { tableLines } from '@bit-repro/terminal';
import { valueInShort } from './valueInShort.ts';

/** One of the two that are compared. */
export interface ComparedSide {
  name: string;
  runs: ComparedRun[];
}

type ComparedPair = ScoreComparison & { groups: [Group, Group] };

export interface ComparedSets {
  sides: [ComparedSide, ComparedSide];
  pairs: ComparedPair[];
  /** Groups that have no counterpart. */
  alone: [Group[], Group[]];
  fields: FieldDifference[];
}

const letters = ['A', 'B'];

/** How two sets of runs differ, in lines. */
export function diffLines({ sides, pairs, alone, fields }: ComparedSets): string[] {
  const all = [...pairs.flatMap(({ groups }) => groups), ...alone.flat()];
  const hasSeveral = new Set(all.map(({ dataset }) => dataset)).size > 1;
  const titleOf = ({ arm, dataset, shots }: Group): string =>
    inLine(`${hasSeveral ? `${dataset}, ` : ''}${shotsInWords(shots)} ${arm}`);
  const titleOfPair = ({ groups: [one, other] }: ComparedPair): string => {
    if (titleOf(one) === titleOf(other)) return titleOf(one);
    const isSameTask = one.dataset === other.dataset && one.shots === other.shots;
    return `${titleOf(one)} -> ${isSameTask ? inLine(other.arm) : titleOf(other)}`;
  };
  return [
    ...sides.map((side, index) => `${letters[index]!}  ${inWords(side)}`),
    ...alone.flatMap((groups, index) =>
      groups.map((group) => `only in ${letters[index]!}: ${titleOf(group)}`),
    ),
    '',
    ...(pairs.length === 0
      ? ['They share no arm at the same task, so nothing can be compared.']
      : [
          ...fieldLines(fields, pairs, titleOfPair),
          '',
          ...scoreLines(pairs, titleOfPair),
          '',
          ...timeLines(pairs, fields, titleOfPair),
        ]),
  ];
}

function inWords({ name, runs }: ComparedSide): string {
  const finished = runs.filter(({ record }) => record !== undefined).length;
  const isWhole = finished === runs.length;
  return `${inLine(name)}: ${isWhole ? counted(finished, 'run') : `${finished} of ${counted(runs.length, 'run')} finished`}`;
}

/** What is told of even where nothing differs. */
const told: readonly Aspect[] = ['settings', 'code', 'data', 'engine', 'machine'];

function fieldLines(
  fields: readonly FieldDifference[],
  pairs: readonly ComparedPair[],
  titleOf: (pair: ComparedPair) => string,
): string[] {
  const areRun = pairs.some(({ runs: [one, other] }) => one > 0 && other > 0);
  const isKnown = (aspect: Aspect): boolean => areRun || aspect !== 'machine';
  const equal = told.filter((aspect) => isKnown(aspect) && fields.every((field) => field.aspect !== aspect));
  return [
    ...told.flatMap((aspect) => sectionLines(aspect, fields, pairs, titleOf)),
    ...(equal.length === 0 ? [] : [`the same: ${equal.join(', ')}`]),
    ...(areRun ? [] : ['unknown until runs of both are finished: the machine']),
  ];
}

/** The differences in one aspect: a table for those of all pairs, and one for each choice of pairs. */
function sectionLines(
  aspect: Aspect,
  fields: readonly FieldDifference[],
  pairs: readonly ComparedPair[],
  titleOf: (pair: ComparedPair) => string,
): string[] {
  const byPairs = new Map<string, FieldDifference[]>();
  for (const field of fields.filter((one) => one.aspect === aspect)) {
    const where =
      field.pairs.length === pairs.length
        ? ''
        : ` of ${field.pairs.map((index) => titleOf(pairs[index]!)).join(', ')}`;
    byPairs.set(where, [...(byPairs.get(where) ?? []), field]);
  }
  return [...byPairs].flatMap(([where, ofPairs]) => [
    `${aspect}${where}`,
    ...tableLines(
      ofPairs.map(({ key, values }) => [key, values.map(valuesInWords).join(' -> ')]),
      { indent: 2, text: true },
    ),
  ]);
}

const valuesInWords = (values: readonly unknown[]): string =>
  values.length === 0 ? '-' : values.map(valueInShort).join(' or ');

function scoreLines(pairs: readonly ComparedPair[], titleOf: (pair: ComparedPair) => string): string[] {
  const rows = pairs.map((pair) => {
    const { top1, runs, paired, identical, change, interval } = pair;
    const isSame = paired > 0 && identical === paired;
    return [
      titleOf(pair),
      ...top1.map((mean) => (mean === undefined ? '-' : mean.toFixed(2))),
      isSame ? 'none' : change === undefined ? '-' : signed(change),
      isSame
        ? 'same to the bit'
        : interval === undefined
          ? ''
          : `${signed(interval.low)} to ${signed(interval.high)}`,
      paired > 0 ? counted(paired, 'pair') : `${runs[0]} and ${runs[1]} runs`,
    ];
  });
  const head = ['top-1, mean in %', ...letters, 'change', `${100 * changeLevel} %, mean`, 'of'];
  return tableLines([head, ...rows], { right: [1, 2, 3] });
}

function timeLines(
  pairs: readonly ComparedPair[],
  fields: readonly FieldDifference[],
  titleOf: (pair: ComparedPair) => string,
): string[] {
  const rows = pairs.map((pair) => {
    const [one, other] = pair.seconds;
    const ratio = one === undefined || other === undefined ? '-' : (other / one).toFixed(2);
    return [titleOf(pair), ...pair.seconds.map((mean) => mean?.toFixed(1) ?? '-'), ratio];
  });
  const elsewhere = fields.some(({ aspect }) => aspect === 'machine' || aspect === 'engine');
  return [
    ...tableLines([['seconds of a run', ...letters, 'B / A'], ...rows], { right: [1, 2, 3] }),
    ...(elsewhere ? ['The engine or the machine is another: these times do not compare the settings.'] : []),
  ];
}

const signed = (points: number): string => `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
