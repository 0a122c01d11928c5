import type { PrintOptions } from '../terminal/print.ts';

/** What a command may do with the outside world; tests pass their own. */
export interface CommandContext {
  print: (text: string, options?: PrintOptions) => void;
  /** Aborted on the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Asks the person at the terminal, and tells whether they agree; absent where nobody is there. */
  ask?: (question: string) => Promise<boolean>;
}

/** Prints a value for other programs. */
export const printJson = (print: CommandContext['print'], value: unknown): void => {
  print(JSON.stringify(value, null, 2), { asIs: true });
};

/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;
