import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { register } from 'tsx/esm/api';

/** Runs the TypeScript module of a program. */
export async function start(main) {
  try {
    accessSync(tmpdir(), constants.W_OK);
  } catch {
    // If tsx cannot write its cache, it would end with a stack trace before our code runs.
    process.env.TSX_DISABLE_CACHE = '1';
  }
  register();
  await import(main);
}
