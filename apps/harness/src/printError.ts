import { explainFileError } from '@bit-repro/artifacts';
import { ModelError } from '@bit-repro/model';
import { exitCodes } from './commands/context.ts';
import { HarnessError } from './errors.ts';
import { indented } from './terminal/clean.ts';
import { printToErrors } from './terminal/print.ts';

/** Says on standard error what went wrong and what to do, and returns the exit code that fits. */
export function printError(thrown: unknown, { debug }: { debug: boolean }): number {
  const { path, syscall } = thrown as NodeJS.ErrnoException;
  // A folder that a user named may be one that cannot be used, whichever file of it was looked at first. Of files that are open
  // the system does not say which failed.
  const error =
    path === undefined && syscall === undefined
      ? thrown
      : explainFileError(thrown, path === undefined ? syscall! : 'use', path ?? 'a file');
  const { message, remedy, stack } = error as Error & { remedy?: string };
  const foreseen = remedy !== undefined;
  const lines = [
    indented(`error: ${message}`),
    ...(foreseen
      ? [indented(remedy)]
      : ['This is a fault of the program: please report it with the lines below.']),
  ];
  if (debug || !foreseen) lines.push(indented(stack ?? String(error)));
  for (let cause = (error as Error).cause; cause instanceof Error; cause = cause.cause) {
    if (debug) lines.push(`caused by: ${indented(cause.stack ?? cause.message)}`);
  }
  printToErrors(lines.join('\n'));
  return error instanceof HarnessError || error instanceof ModelError ? exitCodes.badInput : exitCodes.failed;
}
