import { ExplainedError } from './errors.ts';

/** The part of an error that is written to files or sent between processes. */
export function toldOf(thrown: unknown): { message: string; remedy?: string } {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return thrown instanceof ExplainedError ? { message, remedy: thrown.remedy } : { message };
}
