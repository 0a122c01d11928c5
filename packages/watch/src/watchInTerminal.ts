import { setTimeout } from 'node:timers/promises';
import type { Screen } from '@bit-repro/terminal';
import { CurveCache } from './curveCache.ts';
import type { Point } from './runCurve.ts';
import { isActive, terminalFrame, type TerminalContent } from './terminalFrame.ts';
import { totalsOf } from './totals.ts';
import { WatchedStore } from './watchedStore.ts';

const everyMs = 2000;
/** More than any terminal has lines. */
const mostCurves = 60;
/** The width and the height of what is printed once. */
const printed = { columns: 120, rows: 1000 };

export interface TerminalWatchOptions {
  /** The terminal; without one, the store is printed once. */
  screen: Pick<Screen, 'show' | 'clear'> | undefined;
  print: (line: string) => void;
  signal: AbortSignal;
}

/** Shows a store in the terminal as it changes, until `signal` is aborted. */
export async function watchInTerminal(
  folder: string,
  { screen, print, signal }: TerminalWatchOptions,
): Promise<void> {
  const store = new WatchedStore(folder);
  const curves = new CurveCache(store);
  if (screen === undefined) {
    const content = await contentOf(store, curves);
    for (const line of terminalFrame(content, printed.columns, printed.rows)) print(line);
    return;
  }
  while (!signal.aborted) {
    const content = await contentOf(store, curves);
    screen.show((columns, rows) => terminalFrame(content, columns, rows));
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
  }
  screen.clear();
}

async function contentOf(store: WatchedStore, curves: CurveCache): Promise<TerminalContent> {
  await store.refresh();
  const rows = store.rows.sort((one, other) => (one.id < other.id ? -1 : 1));
  const losses = new Map<string, readonly Point[]>();
  for (const { id } of rows.filter(isActive).slice(0, mostCurves))
    losses.set(id, (await curves.curve(id))?.losses ?? []);
  return { rows, totals: totalsOf(rows), losses, problem: store.problem };
}
