import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';

const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** Files of the figure's font, from a package: a machine need not have any. */
export const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(folder, name));

const [regular, bold] = fontFiles.map((file) => {
  const { buffer, byteOffset, length } = readFileSync(file);
  return opentype.parse(buffer.slice(byteOffset, byteOffset + length));
}) as [opentype.Font, opentype.Font];

/** The width of a line of text in pixels, without kerning: the same on every machine. */
export function textWidth(text: string, fontSize: number, isBold: boolean): number {
  const font = isBold ? bold : regular;
  const units = Array.from(text).reduce(
    (sum, character) => sum + (font.charToGlyph(character).advanceWidth ?? 0),
    0,
  );
  return (units / font.unitsPerEm) * fontSize;
}
