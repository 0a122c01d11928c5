/**
 * The colours of the figures: on white, and what the page draws instead where it is dark. Those of one row of the list are used
 * together, and so told apart also by people with colour-blindness: figurePalette.test.ts holds every two of them apart.
 */
export const palette = {
  blue: ['#0072B2', '#77aaee'],
  skyBlue: ['#56B4E9', '#88ddff'],
  green: ['#009E73', '#22aa77'],
  vermilion: ['#D55E00', '#ff8811'],
  purple: ['#7711aa', '#9933bb'],
  sage: ['#669955', '#99bb77'],
  crimson: ['#990066', '#bb3366'],
  violet: ['#8866ff', '#6677ff'],
  brown: ['#774444', '#ffccbb'],
  pink: ['#CC79A7', '#cc99bb'],
  tan: ['#aa5533', '#aa7744'],
  ultramarine: ['#5522ff', '#556688'],
  red: ['#bb2200', '#cc1133'],
} as const;

export type Colour = keyof typeof palette;

/** A colour as figures are drawn with it. */
export const drawn = (colour: Colour): string => palette[colour][0];

/** Style of a page: its figures in colours that do not sink into a dark ground. */
export const darkFigures = (): string =>
  `@media screen and (prefers-color-scheme: dark) {\n${Object.values(palette)
    .flatMap(([light, dark]) =>
      ['fill', 'stroke'].map((paint) => `  svg [${paint}='${light}'] {\n    ${paint}: ${dark};\n  }\n`),
    )
    .join('')}}\n`;
