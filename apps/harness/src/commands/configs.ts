import { relative } from 'node:path';
import { exitCodes } from '@bit-repro/artifacts';
import { readChecked } from '@bit-repro/experiment';
import { printJson, tableLines, type CommandContext } from '@bit-repro/terminal';
import { z } from 'zod';
import { shippedConfigs } from '../shippedConfigs.ts';

/** No more is needed than their heads: some want images that this machine need not have. */
const headSchema = z.looseObject({ title: z.string() });

/** Prints the experiments that come with this program. */
export async function configs(options: { json: boolean }, { print }: CommandContext): Promise<number> {
  const shipped = await Promise.all(
    [...shippedConfigs()].map(async ([name, file]) => {
      const { title } = await readChecked(file, headSchema);
      return { name, title, file: relative('.', file) };
    }),
  );
  if (options.json) printJson(print, shipped);
  else {
    const rows = shipped.map(({ name, title }) => [name, title]);
    const style = (_: string, column: number) => (column === 0 ? ('name' as const) : undefined);
    for (const line of tableLines(rows, { text: true, style })) print(line);
    print('\n`npx harness run NAME` runs one, and `npx harness plan NAME` shows what that takes.');
  }
  return exitCodes.done;
}
