import type { Argument, Help, HelpConfiguration } from '@commander-js/extra-typings';
import stringWidth from 'string-width';
import { painted } from './colour.ts';
import { linesOf, padded, usualColumns } from './fit.ts';

/** Wider lines of text are hard to read. */
const widestHelp = 100;
/** A description needs at least this width beside its term; in less it is below. */
const leastBeside = 38;
const margin = '  ';

/** Help that fits its terminal. Its headings, and what can be typed, are in colour where there is one. */
export const helpStyle: HelpConfiguration = {
  // That it has options is said of nearly every command, and costs the descriptions their width.
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(' '),
  styleTitle: (title) => painted(title, 'heading'),
  styleCommandText: (text) => painted(text, 'name'),
  styleSubcommandText: (text) => painted(text, 'name'),
  styleOptionText: (text) => painted(text, 'name'),
  displayWidth: stringWidth,
  formatItem,
};

export const helpColumns = (columns: number): number =>
  Math.min(Number.isFinite(columns) ? columns : usualColumns, widestHelp);

function termOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function formatItem(term: string, widest: number, description: string, { helpWidth }: Help): string {
  const columns = helpWidth ?? usualColumns;
  const beside = columns - widest - 2 * margin.length;
  if (beside < leastBeside) {
    const below = linesOf(description, columns - 3 * margin.length);
    return [margin + term, ...below.map((line) => margin.repeat(3) + line)].join('\n');
  }
  const lines = linesOf(description, beside).map((line, index) =>
    index === 0
      ? `${margin}${padded(term, widest)}${margin}${line}`
      : `${' '.repeat(columns - beside)}${line}`,
  );
  return lines.join('\n').trimEnd();
}
