import { rm } from 'node:fs/promises';
import { InputError, exitCodes, inLine, counted, inBytes, inMinutes } from '@bit-repro/artifacts';
import { clusterLaunchers } from '../launchers.ts';
import type { Leftovers } from '@bit-repro/launch';
import {
  discard,
  findGarbage,
  listTrash,
  readTicket,
  removeForGood,
  requireStore,
  type RunStore,
  type Ticket,
} from '@bit-repro/runs';
import { type CommandContext, printJson, tableLines } from '@bit-repro/terminal';
import { openStore, type StoreOptions } from './openStore.ts';
import { supersededRuns } from './supersededRuns.ts';

export interface GcOptions extends Pick<StoreOptions, 'runs'> {
  /** Move runs to the trash instead of only listing them. */
  delete: boolean;
  /** Include finished runs made by other code. */
  finished: boolean;
  /** Include finished runs that later ones replace, and that no plan or report refers to. */
  superseded?: boolean;
  /** The folder of the reports, whose runs are not superseded. */
  reports?: string;
  /** Delete everything in the trash. */
  emptyTrash: boolean;
  /** Do not ask for confirmation. */
  yes: boolean;
  json?: boolean;
}

/**
 * Moves runs that are no longer useful to the store's trash, or only lists them. Never touches running runs,
 * unless told finished ones, or anything that is not certainly a run of this program. With `emptyTrash`,
 * deletes the runs in the trash.
 *
 * @throws InputError if the folder is not a run store.
 */
export async function gc(options: GcOptions, context: CommandContext): Promise<number> {
  const store = openStore(options);
  await requireStore(store.folder);
  if (options.emptyTrash) return emptyTrash(store, options, context);
  const { print } = context;
  const runs = await store.list();
  const { garbage, foreign } = await findGarbage(runs, {
    finished: options.finished,
    superseded: options.superseded === true ? await supersededRuns(store, runs, options.reports) : new Map(),
  });
  for (const line of tableLines(
    garbage.map(({ run: { id }, reason, bytes }) => [id, inBytes(bytes), reason]),
    { right: [1], text: true },
  )) {
    print(line);
  }
  for (const { id } of foreign)
    print(`kept ${id}: its specification does not show that it is a run of this program`);
  const tickets = await Promise.all(
    runs.filter(({ state }) => state !== 'unreadable').map(({ folder }) => readTicket(folder)),
  );
  const leftovers = await leftoversIn(
    store.folder,
    tickets.filter((ticket) => ticket !== undefined),
  );
  const files = leftovers.flatMap((one) => one.files);
  const total = [...garbage, ...files].reduce((sum, { bytes }) => sum + bytes, 0);
  const counts = leftovers.map((one) => ` and ${counted(one.files.length, 'file')} of ${one.of}`);
  const found = `${counted(garbage.length, 'run')}${counts.join('')}, ${inBytes(total)}`;
  const isNothing = garbage.length + files.length === 0;
  if (options.json === true) {
    printJson(print, {
      runs: garbage.map(({ run: { id, state }, reason, bytes }) => ({ id, state, reason, bytes })),
      kept: foreign.map(({ id }) => id),
      files: leftovers,
      trash: (await listTrash(store.folder)).map(({ id, movedAt, reason }) => ({ id, movedAt, reason })),
    });
    return exitCodes.done;
  }
  if (!options.delete || isNothing) {
    print(
      isNothing ? 'There is nothing to remove.' : `${found}; nothing was moved. Use --delete to move them.`,
    );
    await printTrash(store, print);
    return exitCodes.done;
  }
  if (!(await isConfirmed(`Move ${found} to the trash?`, options, context))) return exitCodes.failed;
  let moved = 0;
  for (const { run, reason } of garbage) {
    if (await discard(store.folder, run, reason)) moved += 1;
    else print(`kept ${inLine(run.id)}: another process is using it`);
  }
  for (const { file } of files) await rm(file, { force: true });
  print(`${counted(moved, 'run')} moved to the trash, of ${found}`);
  await printTrash(store, print);
  return exitCodes.done;
}

/** Files that launchers left in the store for jobs that no longer exist. */
async function leftoversIn(store: string, tickets: readonly Ticket[]): Promise<Leftovers[]> {
  const launchers = await clusterLaunchers();
  const all = await Promise.all(launchers.map((one) => one.leftovers(store, tickets)));
  return all.filter(({ files }) => files.length > 0);
}

async function emptyTrash(store: RunStore, options: GcOptions, context: CommandContext): Promise<number> {
  const { print } = context;
  const discarded = await listTrash(store.folder);
  for (const { id, movedAt, reason } of discarded)
    print(`${id}  moved ${inMinutes(movedAt)}  ${inLine(reason)}`);
  if (discarded.length === 0) {
    print('The trash is empty.');
    return exitCodes.done;
  }
  const question = `Delete ${counted(discarded.length, 'run')} permanently?`;
  if (!(await isConfirmed(question, options, context))) return exitCodes.failed;
  for (const one of discarded) await removeForGood(one);
  print(`${counted(discarded.length, 'run')} deleted`);
  return exitCodes.done;
}

async function printTrash(store: RunStore, print: CommandContext['print']): Promise<void> {
  const { length } = await listTrash(store.folder);
  if (length > 0) print(`The trash holds ${counted(length, 'run')}. Use --empty-trash to delete them.`);
}

/** @throws InputError without a terminal to ask at. */
async function isConfirmed(
  question: string,
  { yes }: GcOptions,
  { ask, print }: CommandContext,
): Promise<boolean> {
  if (yes) return true;
  if (ask === undefined) {
    throw new InputError(
      `There is no terminal to ask at: ${question}`,
      'Nothing was changed. Use --yes to go ahead without asking.',
    );
  }
  const isAgreed = await ask(question);
  if (!isAgreed) print('Nothing was changed.');
  return isAgreed;
}
