import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The fixture that tools/reference wrote to this file. BIT_REPRO_FIXTURES names another folder for files of
 * the same names, to compare with newly drawn weights and images.
 */
export function readFixture(committed: URL): unknown {
  const file = fileURLToPath(committed);
  const folder = process.env.BIT_REPRO_FIXTURES;
  return JSON.parse(readFileSync(folder === undefined ? file : join(folder, basename(file)), 'utf8'));
}
