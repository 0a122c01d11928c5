import { createInterface } from 'node:readline/promises';
import { visible } from '@bit-repro/artifacts';
import { isTerminal } from './print.ts';

/** Whether standard input and output are both a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY && isTerminal();

/** Asks a yes-or-no question at the terminal. Only `y` and `yes` count as agreement. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // While readline reads, the terminal does not turn Ctrl-C into a signal.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${visible(question)} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
