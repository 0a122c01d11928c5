import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { exitCodes, projectRuns } from '@bit-repro/artifacts';
import type { CommandContext } from '@bit-repro/terminal';
import { candidates, type ValuesOf } from '../completion/candidates.ts';
import { completionScripts } from '../completion/scripts.ts';
import { shippedConfigs } from '../shippedConfigs.ts';

/** Prints the script by which a shell completes command lines of this program. */
export function completionCommand(
  shell: keyof typeof completionScripts,
  { print }: Pick<CommandContext, 'print'>,
): number {
  print(completionScripts[shell], { asIs: true });
  return exitCodes.done;
}

/** Prints what the last word of a command line may become, each with a description. */
export async function complete(
  program: CommandUnknownOpts,
  words: readonly string[],
  { print }: Pick<CommandContext, 'print'>,
): Promise<number> {
  for (const { value, description } of await candidates(program, words, valuesOf))
    print(description === '' ? value : `${value}\t${description}`, { asIs: true });
  return exitCodes.done;
}

const valuesOf: ValuesOf = async (argument, options) => {
  const runs = (): Promise<string[]> => runsIn(resolve(options.get('runs') ?? projectRuns));
  switch (argument) {
    case 'config':
    case 'configs':
      return [...shippedConfigs().keys()];
    case 'run':
    case 'other':
      return runs();
    default:
      return [];
  }
};

/** The IDs in a store; none where it cannot be listed, as there is nobody to tell. */
const runsIn = (store: string): Promise<string[]> =>
  readdir(store, { withFileTypes: true }).then(
    (items) =>
      items.filter((item) => item.isDirectory() && !item.name.startsWith('.')).map(({ name }) => name),
    () => [],
  );
