import { flatten, inspect, type InspectedRun } from '@bit-repro/runs';
import { exitCodes, inLine, counted, inPercent } from '@bit-repro/artifacts';
import { painted, printJson, type CommandContext, tableLines } from '@bit-repro/terminal';
import { styleOfState } from '../styleOfState.ts';
import { folderOfRun, openStore, type StoreOptions } from './openStore.ts';

/**
 * Prints everything known about a run: its result, its settings, and the code, data and machine that made it.
 */
export async function showRun(
  named: string,
  options: StoreOptions,
  { print }: CommandContext,
): Promise<number> {
  const run = await inspect(await folderOfRun(openStore(options), named));
  if (options.json) printJson(print, run);
  else print(lines(run).join('\n'));
  return exitCodes.done;
}

function lines(run: InspectedRun): string[] {
  const { id, folder, contents, files } = run;
  const sections: [string, Map<string, unknown>][] = [
    ...Object.entries(contents).map(([name, content]): [string, Map<string, unknown>] => [
      name,
      flatten(content),
    ]),
    ['files, in bytes', new Map(Object.entries(files))],
  ];
  return [
    inLine(id),
    headline(run),
    inLine(folder),
    ...sections.flatMap(([title, values]) => [
      '',
      painted(title, 'heading'),
      ...tableLines([...values], { indent: 2, text: true }),
    ]),
  ];
}

function headline({ state, reason, final, isSealed }: InspectedRun): string {
  const shown = painted(state, styleOfState(state));
  if (reason !== undefined) return `${shown}: ${inLine(reason)}`;
  if (final === undefined) return shown;
  const { top1, top5, loss, samples, step } = final;
  const unsealed = isSealed === false ? ' (unsealed: written by an earlier version)' : '';
  return `${shown}${unsealed}: top-1 ${inPercent(top1)}${top5 === undefined ? '' : `, top-5 ${inPercent(top5)}`}, loss ${loss.toFixed(4)} on ${counted(samples, 'test image')} after ${counted(step, 'step')}`;
}
