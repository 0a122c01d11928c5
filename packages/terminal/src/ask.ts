import { createInterface } from 'node:readline/promises';
import { visible } from '@bit-repro/artifacts';
import { isTerminal } from './print.ts';

/** Whether standard input and output are both a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY && isTerminal();

/** Asks a yes-or-no question at the terminal. Only `y` and `yes` count as agreement. */
export const ask = async (question: string): Promise<boolean> =>
  /^y(?:es)?$/i.test(await answerTo(`${visible(question)} [y/N] `));

/** Asks for a line at the terminal; an empty one stands for `preset`. */
export const askFor = async (question: string, preset: string): Promise<string> =>
  (await answerTo(`${visible(question)}${preset === '' ? '' : ` [${visible(preset)}]`}: `)) || preset;

async function answerTo(prompt: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // While readline reads, the terminal does not turn Ctrl-C into a signal.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await terminal.question(prompt)).trim();
  } finally {
    terminal.close();
  }
}
