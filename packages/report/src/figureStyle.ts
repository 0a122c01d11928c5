/** A piece of a Vega-Lite specification. */
export type Spec = Record<string, unknown>;

/** Colours of Okabe and Ito, which people with colour-blindness can tell apart. */
const okabeIto = {
  orange: '#E69F00',
  skyBlue: '#56B4E9',
  green: '#009E73',
  blue: '#0072B2',
  vermilion: '#D55E00',
  pink: '#CC79A7',
};

/** The page turns these three for a dark background; see report.css. */
export const ink = '#1b1f24';
export const paper = 'white';
export const shade = '#f0f2f4';

export const font = 'DejaVu Sans';

/** How the series of a published figure look, in the order of the target; they differ in colour, shape and dash. */
const seriesLooks = [
  { colour: okabeIto.skyBlue, shape: 'square', dash: [2, 2] },
  { colour: okabeIto.blue, shape: 'circle', dash: [1, 0] },
  { colour: okabeIto.green, shape: 'diamond', dash: [7, 3] },
];

/** How our arms look, in the order of the config, the colours of the paper's marks last; beyond these they begin again. */
const armLooks = [
  { colour: okabeIto.vermilion, shape: 'circle' },
  { colour: okabeIto.orange, shape: 'square' },
  { colour: okabeIto.green, shape: 'triangle-up' },
  { colour: okabeIto.blue, shape: 'diamond' },
  { colour: okabeIto.skyBlue, shape: 'cross' },
];

/** How the results of others look, in the order of the target. */
const otherLooks = [
  { colour: okabeIto.pink, shape: 'triangle-up', dash: [2, 2] },
  { colour: '#7f7f7f', shape: 'square', dash: [4, 2] },
  { colour: '#7f7f7f', shape: 'diamond', dash: [6, 2] },
  { colour: '#7f7f7f', shape: 'cross', dash: [8, 2] },
];

/** The paper's bars and dots where one colour stands for all of them. */
export const paperColour = okabeIto.blue;

/** The single seeds of a difference between arms. */
export const differenceColour = okabeIto.vermilion;

/** Of a confusion matrix: what is right, and what is not. */
export const rightColour = okabeIto.blue;
export const confusedColour = okabeIto.vermilion;

export const seriesLook = (index: number): (typeof seriesLooks)[number] =>
  seriesLooks[index % seriesLooks.length]!;
export const otherLook = (index: number): (typeof otherLooks)[number] =>
  otherLooks[index % otherLooks.length]!;
export const armLook = (index: number): (typeof armLooks)[number] => armLooks[index % armLooks.length]!;

const bar = (width: number): Spec => ({
  type: 'point',
  shape: 'stroke',
  size: Math.round(width) ** 2,
  opacity: 1,
});

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
