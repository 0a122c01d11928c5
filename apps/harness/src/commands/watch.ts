import { once } from 'node:events';
import { exitCodes } from '@bit-repro/artifacts';
import { requireStore } from '@bit-repro/runs';
import { changingScreen, type CommandContext } from '@bit-repro/terminal';
import { serveStore, watchInTerminal } from '@bit-repro/watch';
import { openStore, type StoreOptions } from './openStore.ts';

export interface WatchOptions extends Pick<StoreOptions, 'runs'> {
  port: number;
  terminal: boolean;
}

/** Shows the store as it changes, on a page or in the terminal, until the command is interrupted. */
export async function watch(
  { port, terminal, ...options }: WatchOptions,
  { print, signal }: CommandContext,
): Promise<number> {
  const { folder } = openStore(options);
  await requireStore(folder);
  if (terminal) {
    await watchInTerminal(folder, { screen: changingScreen(), print, signal });
    return exitCodes.done;
  }
  const served = await serveStore(folder, port);
  print(`${folder} is shown at ${served.address}`);
  print('Only this machine can open it. Ctrl-C ends it.');
  if (!signal.aborted) await once(signal, 'abort');
  await served.close();
  return exitCodes.done;
}
