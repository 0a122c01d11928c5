import { once } from 'node:events';
import { visible } from './clean.ts';

/** Writes lines to standard output. Whoever they come from, nothing in them steers the terminal. */
export const print = (text: string): void => void process.stdout.write(`${visible(text)}\n`);

/** The same to standard error. */
export const printToErrors = (text: string): void => void process.stderr.write(`${visible(text)}\n`);

/** Waits until whoever reads standard output has caught up, so that what is still to be read does not fill the memory. */
export async function caughtUp(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

/** Whether people look at standard output, and bars can move on it. */
export const isTerminal = (): boolean => process.stdout.isTTY;
