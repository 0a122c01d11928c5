/**
 * What steers a terminal or is never drawn: control and format characters (escape sequences, directions, widths of zero), breaks
 * of lines, halves of characters. Not: line breaks and tabs, variants of a glyph, and what joins two emoji into one.
 */
const steering =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}](?<![\n\t\p{VS}])(?<!(?<=[\p{ExtPict}\p{EMod}\ufe0f])\u200d(?=\p{ExtPict}))/gu;

/** As in JSON, so that JSON stays JSON of the same value. A log may have millions: each is put together once. */
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

/** Text of several lines, in which all that steers a terminal is shown as an escape of JSON. Doing so again changes nothing. */
export const visible = (text: string): string => text.replace(steering, escaped);

/**
 * A value on one line that steers nothing: a name, the message of a file. What is no text is written as JSON; what is longer
 * than `most` characters is cut.
 */
export function inLine(value: unknown, most = Infinity): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Before the rest is read: a value may be as long as a disk is large.
  const line = visible(beginningOf(text, most + 3)).replace(/[\n\t]/g, escaped);
  return line.length > most ? `${beginningOf(line, most - 3)}...` : line;
}

/** A message whose further lines stand in from the margin, where they cannot pass for lines of this program's own. */
export const indented = (message: string): string => message.replace(/\n(?! {2})/g, '\n  ');

/** At most so many characters (three or more) from the beginning, cut between two, not through one. */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, most).replace(/\u200d?[\ud800-\udbff]?$/, '');
}
