import { exitCodes, ExplainedError, explainFileError, indented } from '@bit-repro/artifacts';
import { printToErrors } from './print.ts';

/** Says on standard error what went wrong and what to do, and returns the exit code that fits. */
export function printError(thrown: unknown, { debug }: { debug: boolean }): number {
  const error = explained(thrown instanceof Error ? thrown : new Error(String(thrown)));
  const isForeseen = error instanceof ExplainedError;
  const lines = [
    `error: ${error.message}`,
    isForeseen ? error.remedy : 'This is a fault of the program: please report it with the lines below.',
  ];
  if (debug || !isForeseen) {
    lines.push(error.stack ?? error.message);
    for (let { cause } = error; cause instanceof Error; cause = cause.cause)
      lines.push(`caused by: ${cause.stack ?? cause.message}`);
  }
  printToErrors(lines.map(indented).join('\n'));
  return isForeseen ? error.exitCode : exitCodes.bug;
}

/**
 * A folder that a user named may be one that cannot be used, whichever file of it was looked at first. Of files that are open the
 * system does not say which failed.
 */
function explained(error: NodeJS.ErrnoException): Error {
  const { path, syscall } = error;
  if (path === undefined && syscall === undefined) return error;
  return explainFileError(error, path === undefined ? syscall! : 'use', path ?? 'a file');
}
