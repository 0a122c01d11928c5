import { textWidth } from './fonts.ts';

/** A word; or a Chinese or Japanese character, between which lines are broken, too, with the marks that stay with it. */
const wordPattern =
  /\s*(?:\p{Ps}*[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}][\p{Pe}\p{Po}\p{Lm}\p{M}]*|[^\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+)/gu;

/** Breaks text between words into lines that fit a width in pixels; a longer word has a line of its own. */
export function wrapLines(
  text: string,
  { width, fontSize, bold = false }: { width: number; fontSize: number; bold?: boolean },
): string[] {
  const lines: string[] = [];
  for (const word of text.match(wordPattern) ?? []) {
    const longer = `${lines.at(-1) ?? ''}${word}`;
    if (lines.length === 0 || textWidth(longer, fontSize, bold) > width) lines.push(word.trimStart());
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
