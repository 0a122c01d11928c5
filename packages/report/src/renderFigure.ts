import { Resvg } from '@resvg/resvg-js';
import { logger, None, parse, textMetrics, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { font } from './figureStyle.ts';
import { textWidth, withFonts } from './fonts.ts';

/** Text as Vega lays it out. */
interface TextItem {
  text?: string | number;
  fontSize?: number;
  fontWeight?: string | number;
}

declare module 'vega' {
  // Vega exports it for renderers that measure text by themselves, but its types leave it out.
  export const textMetrics: { width: (item: TextItem, text?: string | number) => number };
}

/** Draws a Vega-Lite figure as SVG. The same figure gives the same bytes. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  measureWithFigureFont();
  const silent = logger(None);
  const view = new View(parse(compile(spec, { logger: silent }).spec), { renderer: 'none', logger: silent });
  try {
    // The page describes a figure as a whole; roles without texts would only be noise to a screen reader.
    const svg = (await view.toSVG()).replaceAll(/ (role|aria-roledescription)="[^"]*"/g, '');
    return `${svg}\n`;
  } finally {
    view.finalize();
  }
}

/** Draws an SVG as PNG at twice its size, with fonts of packages only. */
export function renderPng(svg: string): Uint8Array {
  return withFonts(svg, (fontFiles) =>
    new Resvg(svg, {
      fitTo: { mode: 'zoom', value: 2 },
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: font },
    })
      .render()
      .asPng(),
  );
}

/** Without a canvas Vega takes every letter to be 0.8 of the font's size wide, a third too much. */
function measureWithFigureFont(): void {
  textMetrics.width = (item, text) => {
    const { fontSize = 11, fontWeight } = item;
    const isBold = fontWeight === 'bold' || Number(fontWeight) >= 600;
    return textWidth(String(text ?? item.text ?? ''), fontSize, isBold);
  };
}
