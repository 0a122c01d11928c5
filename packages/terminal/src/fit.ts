import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** The width of a terminal that does not report its own, and of what is printed to be kept. */
export const usualColumns = 80;

const segmenter = new Intl.Segmenter();

/** The first line that fits, or the last if none does. Pass the lines from longest to shortest. */
export const fitting = (columns: number, ...lines: [string, ...string[]]): string =>
  lines.find((line) => stringWidth(line) <= columns) ?? lines.at(-1)!;

/** Cuts off the end of a text that is wider than `columns`. */
export function cut(text: string, columns: number): string {
  return stringWidth(text) <= columns ? text : `${taken(charactersOf(text), columns - 1).join('')}…`;
}

/** Cuts out the middle of a text that is wider than `columns`: related names differ at their ends. */
export function shortened(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const characters = charactersOf(text);
  const begin = taken(characters, Math.ceil((columns - 1) / 2));
  const end = taken(characters.reverse(), Math.floor((columns - 1) / 2)).reverse();
  return [...begin, '…', ...end].join('');
}

/** Wraps each line that is wider than `columns`, indenting its continuation. Words stay whole. */
export const wrapped = (text: string, columns = usualColumns): string =>
  text
    .split('\n')
    .flatMap((line) => {
      if (stringWidth(line) <= columns) return [line];
      const [margin] = /^ */.exec(line)!;
      const [first, ...more] = wrapAnsi(line.trim(), columns - margin.length - 2).split('\n');
      return [`${margin}${first!}`, ...more.map((one) => `${margin}  ${one}`)];
    })
    .join('\n');

/** Splits a text into lines of at most `columns`, breaking words that are longer. */
export const linesOf = (text: string, columns: number): string[] =>
  stringWidth(text) <= columns ? [text] : wrapAnsi(text, columns, { hard: true }).split('\n');

/** Pads a text with spaces to `columns`. */
export function padded(text: string, columns: number, toTheRight = false): string {
  const spaces = ' '.repeat(Math.max(0, columns - stringWidth(text)));
  return toTheRight ? spaces + text : text + spaces;
}

const charactersOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

/** As many leading characters as fit into `columns`. */
function taken(characters: readonly string[], columns: number): string[] {
  let left = columns;
  const end = characters.findIndex((character) => (left -= stringWidth(character)) < 0);
  return characters.slice(0, end === -1 ? undefined : end);
}
