import { basename, dirname } from 'node:path';

/** The names of a program; the first is its own. */
export type Names = readonly [string, ...string[]];

/** The name that the user called the program by. */
export function calledAs(names: Names, script = process.argv[1] ?? ''): string {
  const name = basename(script, '.cjs');
  return names.find((one) => one === name) ?? names[0];
}

/**
 * A text with its commands as the user types them. All that is explained names them as in a clone, `npx harness
 * plan`, but outside one that would be somebody else's program.
 */
export function asTyped(text: string, script = process.argv[1] ?? ''): string {
  const name = calledAs(['harness', 'bit-repro'], script);
  if (name === 'harness') return text;
  const isOnPath = !script.endsWith('.cjs') && basename(dirname(script)) !== '.bin';
  return text.replaceAll(/\bnpx harness\b/g, isOnPath ? name : `npx ${name}`);
}
