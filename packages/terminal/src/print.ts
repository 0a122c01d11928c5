import { once } from 'node:events';
import { exitCodes, visible } from '@bit-repro/artifacts';
import { asTyped } from './calledAs.ts';
import { inert, wantsColour } from './colour.ts';
import { wrapped } from './fit.ts';
import { Screen } from './screen.ts';

const screen = new Screen(process.stdout);

export const isTerminal = (): boolean => process.stdout.isTTY;

/** The width of the terminal on standard output; infinite if there is none. */
export const terminalColumns = (): number => (isTerminal() ? screen.columns : Infinity);

/** Whether standard output is for a program: one JSON value, which is the error if the command fails. */
export const isForPrograms = (): boolean => process.argv.includes('--json');

/** The terminal, if it supports lines that are redrawn and is for people. */
export const changingScreen = (): Screen | undefined =>
  isTerminal() && process.env.TERM !== 'dumb' && !isForPrograms() ? screen : undefined;

export interface PrintOptions {
  /** Neither wrapped nor in colour, for JSON and logs. */
  asIs?: boolean;
}

/**
 * Writes text to standard output. Control sequences in it are made visible, so they cannot affect the
 * terminal; those of styles are kept where there is colour.
 */
export function print(text: string, { asIs = false }: PrintOptions = {}): void {
  const words = asIs
    ? visible(text)
    : wrapped(inert(asTyped(text), wantsColour(process.stdout)), terminalColumns());
  screen.print(words);
}

/** Writes text to standard error, as `print` does to standard output. */
export function printToErrors(text: string): void {
  const { stderr } = process;
  const columns = stderr.isTTY ? terminalColumns() : Infinity;
  screen.print(wrapped(inert(asTyped(text), wantsColour(stderr)), columns), stderr);
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
