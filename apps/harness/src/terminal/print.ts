import { once } from 'node:events';
import { visible } from './clean.ts';

/** Writes lines to standard output. Whoever they come from, nothing in them steers the terminal. */
export const print = (text: string): void => void process.stdout.write(`${visible(text)}\n`);

/** The same to standard error. */
export const printToErrors = (text: string): void => void process.stderr.write(`${visible(text)}\n`);

/**
 * Takes the end of whoever reads the output, such as `head` or a `tee` that was killed, for no fault: what only tells ends quietly.
 *
 * @param goesOn whether the command does something that is worth going on with, though nobody reads what it prints.
 */
export function expectReadersToLeave(goesOn: () => boolean): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (goesOn()) return;
      if (code === 'EPIPE' || code === 'EIO') process.exit();
      if (stream === process.stdout) printToErrors(`error: standard output cannot be written: ${message}`);
      process.exit(1);
    });
  }
}

/** Waits until whoever reads standard output has caught up, so that what is still to be read does not fill the memory. */
export async function caughtUp(): Promise<void> {
  const { stdout } = process;
  if (stdout.writableNeedDrain && !stdout.destroyed)
    await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
}

/** Whether people look at standard output, and bars can move on it. */
export const isTerminal = (): boolean => process.stdout.isTTY;
