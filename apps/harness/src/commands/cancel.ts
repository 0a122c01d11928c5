import { join } from 'node:path';
import { InputError, OutsideError } from '@bit-repro/artifacts';
import { requireSlurm, SlurmCommandError, SlurmCommands } from '../launch/slurm/slurmCommands.ts';
import type { PlanOptions } from '../plan/index.ts';
import { giveUpTicket, readTicket, type Ticket } from '../store/ticket.ts';
import { counted } from '../words.ts';
import { exitCodes, type CommandContext } from './context.ts';
import { openStore, type StoreOptions } from './openStore.ts';
import { plannedIds } from './plannedIds.ts';

export interface CancelOptions extends Pick<StoreOptions, 'runs'>, Omit<PlanOptions, 'launcher'> {
  /** Every run of the store, not those of an experiment. */
  all: boolean;
}

interface Sent {
  folder: string;
  ticket: Ticket;
}

/** Takes runs back that were sent to a cluster: those that run leave a checkpoint, the others never begin. */
export async function cancel(
  configFile: string | undefined,
  { all, ...options }: CancelOptions,
  { print }: CommandContext,
): Promise<number> {
  if ((configFile === undefined) !== all) {
    throw new InputError(
      `Expected an experiment or --all, found ${all ? 'both' : 'neither'}`,
      'Name a config, such as configs/fig6.yaml, or give --all for every run of the store.',
    );
  }
  const store = openStore(options);
  const ids =
    configFile === undefined
      ? await store.ids()
      : await plannedIds(configFile, { ...options, launcher: 'slurm' });
  const sent: Sent[] = [];
  for (const id of ids) {
    const folder = join(store.folder, id);
    const ticket = await readTicket(folder);
    if (ticket?.launcher === 'slurm') sent.push({ folder, ticket });
  }
  if (sent.length > 0) await requireSlurm('cancel');
  const ended = await scancel(sent);
  for (const { folder, ticket } of sent) await giveUpTicket(folder, ticket);
  print(`${counted(ended, 'job')} cancelled of ${counted(sent.length, 'run')} that had been sent to Slurm`);
  return exitCodes.done;
}

/** Ends what the queue has of these runs, and tells how many. */
async function scancel(sent: readonly Sent[]): Promise<number> {
  if (sent.length === 0) return 0;
  const slurm = new SlurmCommands();
  try {
    const queue = await slurm.squeue();
    const jobs = sent.flatMap(({ ticket }) => queue.get(ticket.job)?.id ?? []);
    await slurm.scancel(jobs, false);
    return jobs.length;
  } catch (error) {
    if (!(error instanceof SlurmCommandError)) throw error;
    throw new OutsideError(
      `Expected Slurm to end ${counted(sent.length, 'job')}, found: ${error.message}`,
      error.remedy,
      { cause: error },
    );
  }
}
