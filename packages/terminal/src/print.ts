import { once } from 'node:events';
import { exitCodes, visible } from '@bit-repro/artifacts';
import { wrapped } from './fit.ts';
import { Screen } from './screen.ts';

const screen = new Screen(process.stdout);

/** Whether people look at standard output. */
export const isTerminal = (): boolean => process.stdout.isTTY;

/** Columns of the terminal that standard output is; where it is none, nothing is too long. */
export const terminalColumns = (): number => (isTerminal() ? screen.columns : Infinity);

/** The terminal, where lines can change on it. */
export const changingScreen = (): Screen | undefined =>
  isTerminal() && process.env.TERM !== 'dumb' ? screen : undefined;

export interface PrintOptions {
  /** Whether lines that are too long for the terminal stay whole: those of JSON, or of a log. */
  asIs?: boolean;
}

/** Writes lines to standard output. Whoever they come from, nothing in them steers the terminal. */
export function print(text: string, { asIs = false }: PrintOptions = {}): void {
  screen.print(asIs ? visible(text) : wrapped(visible(text), terminalColumns()));
}

/** The same to standard error. */
export function printToErrors(text: string): void {
  const columns = process.stderr.isTTY ? terminalColumns() : Infinity;
  screen.print(wrapped(visible(text), columns), process.stderr);
}

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
      process.exit(exitCodes.outside);
    });
  }
}

/** Waits until whoever reads standard output has caught up, so that what is still to be read does not fill the memory. */
export async function caughtUp(): Promise<void> {
  const { stdout } = process;
  if (stdout.writableNeedDrain && !stdout.destroyed)
    await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
}
