import { exitCodes, ExplainedError, explainFileError, indented } from '@bit-repro/artifacts';
import { painted } from './colour.ts';
import { printToErrors } from './print.ts';

/** An error as other programs are given it. */
export interface ErrorContent {
  message: string;
  remedy: string;
  exitCode: number;
}

/** Prints an error and its remedy to standard error, and returns them with the matching exit code. */
export function printError(thrown: unknown, { debug }: { debug: boolean }): ErrorContent {
  const error = explained(thrown instanceof Error ? thrown : new Error(String(thrown)));
  const isForeseen = error instanceof ExplainedError;
  const { message } = error;
  const remedy = isForeseen
    ? error.remedy
    : 'This is a bug in the program. Please report it with the lines below.';
  const lines = [`${painted('error:', 'bad', process.stderr)} ${message}`, remedy];
  if (debug || !isForeseen) {
    lines.push(error.stack ?? error.message);
    for (let { cause } = error; cause instanceof Error; cause = cause.cause)
      lines.push(`caused by: ${cause.stack ?? cause.message}`);
  }
  printToErrors(lines.map(indented).join('\n'));
  return { message, remedy, exitCode: isForeseen ? error.exitCode : exitCodes.bug };
}

/**
 * Explains a file system error: a folder that the user named may be unusable, whichever of its files was
 * opened first. For files already open, the system does not say which one failed.
 */
function explained(error: NodeJS.ErrnoException): Error {
  const { path, syscall } = error;
  if (path === undefined && syscall === undefined) return error;
  return explainFileError(error, path === undefined ? syscall! : 'use', path ?? 'a file');
}
