import { once } from 'node:events';
import { exitCodes, visible } from '@bit-repro/artifacts';
import { wrapped } from './fit.ts';
import { Screen } from './screen.ts';

const screen = new Screen(process.stdout);

export const isTerminal = (): boolean => process.stdout.isTTY;

/** The width of the terminal on standard output; infinite if there is none. */
export const terminalColumns = (): number => (isTerminal() ? screen.columns : Infinity);

/** The terminal, if it supports lines that are redrawn. */
export const changingScreen = (): Screen | undefined =>
  isTerminal() && process.env.TERM !== 'dumb' ? screen : undefined;

export interface PrintOptions {
  /** Do not wrap long lines, for JSON and logs. */
  asIs?: boolean;
}

/**
 * Writes text to standard output. Control sequences in it are made visible, so they cannot affect the
 * terminal.
 */
export function print(text: string, { asIs = false }: PrintOptions = {}): void {
  screen.print(asIs ? visible(text) : wrapped(visible(text), terminalColumns()));
}

/** Writes text to standard error, as `print` does to standard output. */
export function printToErrors(text: string): void {
  const columns = process.stderr.isTTY ? terminalColumns() : Infinity;
  screen.print(wrapped(visible(text), columns), process.stderr);
}

/**
 * Ends the process quietly when whoever reads its output has gone, such as `head` or a killed `tee`.
 *
 * @param goesOn whether the command is worth finishing without a reader.
 */
export function expectReadersToLeave(goesOn: () => boolean): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (goesOn()) return;
      if (code === 'EPIPE' || code === 'EIO') process.exit();
      if (stream === process.stdout) printToErrors(`error: cannot write to standard output: ${message}`);
      process.exit(exitCodes.outside);
    });
  }
}

/**
 * Waits until the reader of standard output has caught up, so that unread output does not fill the memory.
 */
export async function caughtUp(): Promise<void> {
  const { stdout } = process;
  if (stdout.writableNeedDrain && !stdout.destroyed)
    await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
}
