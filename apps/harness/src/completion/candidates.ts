import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What may come next, and what it is. */
export interface Candidate {
  value: string;
  description: string;
}

/** Gives the values of an argument by its name, with those of the options before it. */
export type ValuesOf = (argument: string, options: ReadonlyMap<string, string>) => Promise<readonly string[]>;

/**
 * What the last word may become, in the command line of a program. Of an argument that is a file it is nothing.
 *
 * @param words of the command line, the last of which is begun or empty.
 */
export async function candidates(
  program: CommandUnknownOpts,
  words: readonly string[],
  valuesOf: ValuesOf,
): Promise<Candidate[]> {
  // Bash takes `=` for a word of its own.
  const typed = words.filter((word) => word !== '=');
  const begun = words.at(-1) === '=' ? '' : (typed.pop() ?? '');
  const { command, options, count, open } = read(program, typed);
  const found = await (open === undefined ? following() : choices(open));
  return found.filter(({ value }) => value.startsWith(begun));

  async function following(): Promise<Candidate[]> {
    if (begun.startsWith('-')) return optionsOf(command);
    if (command.commands.length > 0)
      return command.commands
        .filter((one) => one.name() !== 'complete')
        .map((one) => ({ value: one.name(), description: one.description() }));
    const all = command.registeredArguments;
    const argument = all[count] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);
    if (argument === undefined) return [];
    return bare(argument.argChoices ?? (await valuesOf(argument.name(), options)));
  }
}

const bare = (values: readonly string[]): Candidate[] => values.map((value) => ({ value, description: '' }));

const choices = ({ argChoices = [] }: CommandUnknownOpts['options'][number]): Promise<Candidate[]> =>
  Promise.resolve(bare(argChoices));

/** The options of a command and of those that it is in. */
const optionsIn = (command: CommandUnknownOpts): CommandUnknownOpts['options'][number][] => [
  ...command.options,
  ...(command.parent === null ? [] : optionsIn(command.parent)),
];

const optionsOf = (command: CommandUnknownOpts): Candidate[] =>
  [...optionsIn(command)].map(({ long, short, description }) => ({ value: long ?? short!, description }));

/** The command that words have come to, its options, how many arguments it has, and the option whose value is next. */
function read(program: CommandUnknownOpts, words: readonly string[]) {
  let command = program;
  let count = 0;
  let open: CommandUnknownOpts['options'][number] | undefined;
  const options = new Map<string, string>();
  for (const word of words) {
    if (open !== undefined) {
      options.set(open.attributeName(), word);
      open = undefined;
    } else if (word.startsWith('-')) {
      const [name, value] = word.split('=', 2);
      const option = optionsIn(command).find(({ long, short }) => name === long || name === short);
      if (option === undefined || option.isBoolean()) continue;
      if (value === undefined) open = option;
      else options.set(option.attributeName(), value);
    } else {
      const below = command.commands.find((one) => one.name() === word);
      if (below === undefined) count += 1;
      else command = below;
    }
  }
  return { command, options, count, open };
}
