/**
 * Characters that affect a terminal or are invisible: control and format characters (escape sequences, text
 * direction, zero width), line separators and lone surrogates. Not included: line breaks, tabs, variation
 * selectors, and joiners within an emoji.
 */
const steering =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}](?<![\n\t\p{VS}])(?<!(?<=[\p{ExtPict}\p{EMod}\ufe0f])\u200d(?=\p{ExtPict}))/gu;

/** As in JSON, so that JSON text keeps its value. Cached, because a log may contain millions. */
const escapes = new Map([
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
]);

function escaped(character: string): string {
  const known = escapes.get(character);
  if (known !== undefined) return known;
  const escape = character.replace(
    /[^]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  escapes.set(character, escape);
  return escape;
}

/** Shows control characters in text as JSON escapes; line breaks and tabs are kept. Idempotent. */
export const visible = (text: string): string => text.replace(steering, escaped);

/**
 * Shows a value on one line without control characters. Values that are not strings are written as JSON.
 * Longer values are cut to `most` characters.
 */
export function inLine(value: unknown, most = Infinity): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Cut first, because a value may be as large as a disk.
  const line = visible(beginningOf(text, most + 3)).replace(/[\n\t]/g, escaped);
  return line.length > most ? `${beginningOf(line, most - 3)}...` : line;
}

/** Indents the continuation lines of a message, so that they cannot be mistaken for lines of this program. */
export const indented = (message: string): string => message.replace(/\n(?! {2})/g, '\n  ');

/** The first `most` (three or more) characters, without splitting one. */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, most).replace(/\u200d?[\ud800-\udbff]?$/, '');
}
