import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';
import { explainFileError } from '@bit-repro/artifacts';
import { unpackWoff } from './woff.ts';

const { resolve } = createRequire(import.meta.url);
const folder = join(dirname(resolve('dejavu-fonts-ttf/package.json')), 'ttf');
/** Has plain shapes of nearly all characters there are, in 3 MB. */
const widestFont = resolve('@fontsource/unifontex/files/unifontex-latin-400-normal.woff');

/** Files of the figure's font, from a package: a machine need not have any. */
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(folder, name));

const [regular, bold] = fontFiles.map((file) => {
  const { buffer, byteOffset, length } = readFileSync(file);
  return opentype.parse(buffer.slice(byteOffset, byteOffset + length));
}) as [opentype.Font, opentype.Font];

/**
 * Hands over the files of the fonts that a text is drawn with: the figure's own and, where that lacks a character, such as a Chinese one or
 * an emoji, one that has it. That one is unpacked for as long as it is used.
 *
 * @throws OutsideError where there is no room for it.
 */
export function withFonts<T>(text: string, draw: (fontFiles: string[]) => T): T {
  const beyond = text.match(/\P{ASCII}/gu) ?? [];
  if (beyond.every((character) => regular.charToGlyphIndex(character) > 0)) return draw(fontFiles);
  const parent = tmpdir();
  try {
    const temporary = mkdtempSync(join(parent, 'bit-repro-font-'));
    try {
      const file = join(temporary, 'font.ttf');
      writeFileSync(file, unpackWoff(readFileSync(widestFont)));
      return draw([...fontFiles, file]);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  } catch (cause) {
    throw explainFileError(cause, 'unpack a font in', parent);
  }
}

/** The width of a line of text in pixels, without kerning: the same on every machine. */
export function textWidth(text: string, fontSize: number, isBold: boolean): number {
  const font = isBold ? bold : regular;
  const { unitsPerEm } = font;
  const units = Array.from(text).reduce((sum, character) => {
    const { index, advanceWidth = 0 } = font.charToGlyph(character);
    // Of another font, and as wide as Chinese characters and emoji are.
    return sum + (index === 0 ? unitsPerEm : advanceWidth);
  }, 0);
  return (units / unitsPerEm) * fontSize;
}
