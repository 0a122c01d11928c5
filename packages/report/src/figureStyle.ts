import { drawn, type Colour } from './figurePalette.ts';

/** A piece of a Vega-Lite specification. */
export type Spec = Record<string, unknown>;

/** The page turns these three for a dark background, in its style; colours are turned by `darkFigures`. */
export const ink = '#1b1f24';
export const paper = 'white';
export const shade = '#f0f2f4';

export const font = 'DejaVu Sans';

/** How the marks of an arm or of something published look. Colour, shape and dash each tell it apart by themselves where they can. */
export interface Look {
  colour: string;
  shape: string;
  dash: number[];
}

const solid = [1, 0];
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right'];
const dashes = [solid, [7, 3], [2, 2], [9, 3, 2, 3], [14, 4]];

/** Of our arms. Apart from these are the colours of what was published. */
const armColours: readonly Colour[] = ['vermilion', 'purple', 'sage', 'crimson', 'violet', 'brown'];

/** How the series of a published figure look, in the order of the target. */
const seriesLooks: readonly Look[] = [
  { colour: drawn('skyBlue'), shape: 'square', dash: [2, 2] },
  { colour: drawn('blue'), shape: 'circle', dash: solid },
  { colour: drawn('green'), shape: 'diamond', dash: [7, 3] },
];

/** How the results of others look, in the order of the target. */
const otherLooks: readonly Look[] = [
  { colour: drawn('pink'), shape: 'triangle-up', dash: [2, 2] },
  { colour: drawn('tan'), shape: 'square', dash: [4, 2] },
  { colour: drawn('ultramarine'), shape: 'diamond', dash: [6, 2] },
  { colour: drawn('red'), shape: 'cross', dash: [8, 2] },
];

/** The paper's bars and dots where one colour stands for all of them. */
export const paperColour = drawn('blue');

/** Of a map of accuracies. */
export const mapColour = drawn('blue');

/** Of a confusion matrix: what is right, and what is not. */
export const rightColour = drawn('blue');
export const confusedColour = drawn('vermilion');

const cycled = <Item>(items: readonly Item[], index: number): Item => items[index % items.length]!;

export const seriesLook = (index: number): Look => cycled(seriesLooks, index);
export const otherLook = (index: number): Look => cycled(otherLooks, index);

/**
 * The look of the arm at a place. As 6 colours, 7 shapes and 5 dashes have no common divisor, dots differ for 42 arms, lines for 30,
 * and one of the three for 210.
 */
export const plainLook = (index: number): Look => ({
  colour: drawn(cycled(armColours, index)),
  shape: cycled(shapes, index),
  dash: cycled(dashes, index),
});

/** The look of an arm of a design: a colour for the level of one factor, a shape and a dash for the rest. */
export const designedLook = (level: number, rest: number): Look => ({
  colour: drawn(armColours[level]!),
  shape: shapes[rest]!,
  dash: dashes[rest]!,
});

/** How many levels of one factor, and how many combinations of the rest, have looks of their own. */
export const mostDesigned = { levels: armColours.length, rest: dashes.length };

const bar = (width: number): Spec => ({
  type: 'point',
  shape: 'stroke',
  size: Math.round(width) ** 2,
  opacity: 1,
});

/** Of the dot of a run with its rim; the area of a mark is its `size`. */
export const dotDiameter = 9;

/** The marks by what they stand for; the legend shows the same ones. */
export const marks = {
  paperLine: { type: 'line', strokeWidth: 1.5, opacity: 0.55 },
  paperMedian: { type: 'point', filled: true, size: 42, opacity: 0.6 },
  paperRun: { type: 'point', filled: true, size: 24, opacity: 0.55 },
  paperRoughRun: { type: 'point', filled: true, fill: paper, strokeWidth: 1.2, size: 24, opacity: 0.7 },
  otherRun: ({ colour, shape }: { colour: string; shape: string }): Spec => ({
    type: 'point',
    shape,
    filled: true,
    fill: paper,
    stroke: colour,
    strokeWidth: 1.6,
    size: 52,
  }),
  /** Bars across a column: thick for a median, thin, dashed and wider for a mean, so that both show when they agree. */
  median: (width: number, stroke = ink): Spec => ({ ...bar(width), stroke, strokeWidth: 2.6 }),
  mean: (width: number, stroke = ink): Spec => ({
    ...bar(1.5 * width),
    stroke,
    strokeWidth: 1.7,
    strokeDash: [3, 2],
  }),
  run: { type: 'point', filled: true, opacity: 1, size: 62, stroke: paper, strokeWidth: 0.8 },
  medianLine: { type: 'line', strokeWidth: 1.5, opacity: 0.6 },
  chance: { type: 'rule', stroke: ink, strokeWidth: 1.4, strokeDash: [1.5, 3], opacity: 0.8 },
} as const;
