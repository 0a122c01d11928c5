import type { PrintOptions } from './print.ts';

export { exitCodes } from '@bit-repro/artifacts';

/** What a command may do with the outside world; tests pass their own. */
export interface CommandContext {
  print: (text: string, options?: PrintOptions) => void;
  /** Aborted on the first SIGINT or SIGTERM: whoever takes it ends in order, any other command at once. */
  signal: AbortSignal;
  /** Aborted on a further Ctrl-C: whoever takes it ends at once, with what it began; any other command is ended. */
  atOnce?: AbortSignal;
  /** Asks the person at the terminal, and tells whether they agree; absent where nobody is there. */
  ask?: (question: string) => Promise<boolean>;
}

/** Prints a value for other programs. */
export const printJson = (print: CommandContext['print'], value: unknown): void => {
  print(JSON.stringify(value, null, 2), { asIs: true });
};
