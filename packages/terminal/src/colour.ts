import { inspect } from 'node:util';
import { visible } from '@bit-repro/artifacts';

/** What a colour says. Few, so that those that are there are seen. */
const codes = {
  good: inspect.colors.green,
  bad: inspect.colors.red,
  unsure: inspect.colors.yellow,
  heading: inspect.colors.bold,
  name: inspect.colors.cyan,
} satisfies Record<string, readonly [number, number] | undefined>;

export type Style = keyof typeof codes;

interface Stream {
  readonly isTTY?: boolean;
}

const sequence = (code: number): string => `\u001b[${code}m`;
const reset = sequence(0);

/** A text in a style, if output to the stream is in colour. */
export function painted(text: string, style: Style | undefined, stream: Stream = process.stdout): string {
  const [open, close] = (style && codes[style]) ?? [];
  return open === undefined || close === undefined || !wantsColour(stream)
    ? text
    : `${sequence(open)}${text}${sequence(close)}`;
}

const numbers = [...new Set(Object.values(codes).flatMap((code) => code ?? []))];
const styles = new RegExp(`\u001b\\[(?:${numbers.join('|')})m`, 'g');

/**
 * Makes the control sequences of a text visible. Those of styles are kept with colour, and removed without: what
 * a foreign one can do is to colour the text that it is printed with.
 */
export function inert(text: string, hasColour: boolean): string {
  if (!text.includes('\u001b')) return visible(text);
  if (!hasColour) return visible(text.replaceAll(styles, ''));
  const kept = text.match(styles) ?? [];
  const parts = text.split(styles).map(visible);
  return `${parts.map((part, index) => `${part}${kept[index] ?? ''}`).join('')}${kept.length > 0 ? reset : ''}`;
}

/**
 * Whether output to a stream is in colour: on a terminal, but not in the log of a CI job. The options `--color` and
 * `--no-color` decide, then FORCE_COLOR, then NO_COLOR.
 */
export function wantsColour(
  { isTTY }: Stream,
  words: readonly string[] = process.argv,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  const asked = words.findLast((word) => word === '--color' || word === '--no-color');
  if (asked !== undefined) return asked === '--color';
  const { FORCE_COLOR: forced, NO_COLOR: none = '', CI: ci = '', TERM: terminal } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY === true && none === '' && terminal !== 'dumb' && ['', 'false'].includes(ci);
}
