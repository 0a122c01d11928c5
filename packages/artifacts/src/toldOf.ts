import { ExplainedError } from './errors.ts';

/** What is passed on of an error where it cannot be passed on itself: into files, and between processes. */
export function toldOf(thrown: unknown): { message: string; remedy?: string } {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return thrown instanceof ExplainedError ? { message, remedy: thrown.remedy } : { message };
}
