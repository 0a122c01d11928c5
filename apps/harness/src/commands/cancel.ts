import { join } from 'node:path';
import { InputError, counted, exitCodes } from '@bit-repro/artifacts';
import type { ExperimentOptions } from './planOf.ts';
import { clusterLaunchers } from '../launchers.ts';
import type { LauncherPlugin } from '@bit-repro/launch';
import { type RunStore, giveUpTicket, readTicket, type Ticket } from '@bit-repro/runs';
import type { CommandContext } from '@bit-repro/terminal';
import { openStore, type StoreOptions } from './openStore.ts';
import { plannedIds } from './plannedIds.ts';

export interface CancelOptions extends Pick<StoreOptions, 'runs'>, Omit<ExperimentOptions, 'launcher'> {
  /** All runs of the store instead of those of an experiment. */
  all: boolean;
}

interface Sent {
  folder: string;
  ticket: Ticket;
}

/**
 * Cancels runs that were submitted to a cluster: running ones save a checkpoint, waiting ones never start.
 */
export async function cancel(
  configFile: string | undefined,
  { all, ...options }: CancelOptions,
  { print }: CommandContext,
): Promise<number> {
  if ((configFile === undefined) !== all) {
    throw new InputError(
      `Name either an experiment or --all, not ${all ? 'both' : 'neither'}`,
      'Name a config such as configs/fig6.yaml, or use --all for every run of the store.',
    );
  }
  const store = openStore(options);
  const launchers = await clusterLaunchers();
  for (const launcher of launchers) {
    const ids =
      configFile === undefined
        ? await store.ids()
        : await plannedIds(configFile, { ...options, launcher: launcher.name });
    const sent = await sentBy(launcher, store, ids);
    if (sent.length > 0) await launcher.require('cancel');
    const ended = sent.length === 0 ? 0 : await launcher.cancel(sent.map(({ ticket }) => ticket));
    for (const { folder, ticket } of sent) await giveUpTicket(folder, ticket);
    print(
      `${counted(ended, 'job')} cancelled; ${counted(sent.length, 'run')} had been submitted to ${launcher.title}`,
    );
  }
  return exitCodes.done;
}

async function sentBy({ name }: LauncherPlugin, store: RunStore, ids: Iterable<string>): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const id of ids) {
    const folder = join(store.folder, id);
    const ticket = await readTicket(folder);
    if (ticket?.launcher === name) sent.push({ folder, ticket });
  }
  return sent;
}
