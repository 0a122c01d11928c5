import { createInterface } from 'node:readline/promises';
import { visible } from '@bit-repro/artifacts';
import { isTerminal } from './print.ts';

/** Whether somebody is there to answer a question. */
export const canAsk = (): boolean => process.stdin.isTTY && isTerminal();

/** Asks the person at the terminal; nothing but y and yes agrees. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // While it asks, the terminal leaves Ctrl-C to it.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${visible(question)} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
