import type { PrintOptions } from './print.ts';

/** What a command needs from the outside world; tests pass their own. */
export interface CommandContext {
  print: (text: string, options?: PrintOptions) => void;
  /**
   * Aborted on the first SIGINT or SIGTERM, so that a command can finish its current step. Reading it opts
   * in: until it has been read, the first signal ends the process at once.
   */
  signal: AbortSignal;
  /**
   * Aborted on a further Ctrl-C, so that a command can end what it started and stop at once. Reading it opts
   * in: until it has been read, a further Ctrl-C ends the process.
   */
  atOnce?: AbortSignal;
  /** Asks a yes-or-no question at the terminal; absent if there is none. */
  ask?: (question: string) => Promise<boolean>;
  /** Asks for a line at the terminal, with what an empty one stands for; absent if there is none. */
  askFor?: (question: string, preset: string) => Promise<string>;
}

/** Prints a value as JSON, for other programs. */
export const printJson = (print: CommandContext['print'], value: unknown): void => {
  print(JSON.stringify(value, null, 2), { asIs: true });
};
