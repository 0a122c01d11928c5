import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What tools/reference wrote to this file. BIT_REPRO_FIXTURES names another folder to read files of the same names from, so
 * that one can compare with weights and images drawn anew.
 */
export function readFixture(committed: URL): unknown {
  const file = fileURLToPath(committed);
  const folder = process.env.BIT_REPRO_FIXTURES;
  return JSON.parse(readFileSync(folder === undefined ? file : join(folder, basename(file)), 'utf8'));
}
