import { visible } from './clean.ts';

/** Writes lines to standard output. Whoever they come from, nothing in them steers the terminal. */
export const print = (text: string): void => void process.stdout.write(`${visible(text)}\n`);

/** The same to standard error. */
export const printToErrors = (text: string): void => void process.stderr.write(`${visible(text)}\n`);

/** Whether people look at standard output, and bars can move on it. */
export const isTerminal = (): boolean => process.stdout.isTTY;
