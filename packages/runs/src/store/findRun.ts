import { InputError, inLine } from '@bit-repro/artifacts';

/** Fewest digits of a key that name a run by themselves. */
const fewestDigits = 4;
const mostNamed = 5;

/**
 * The run that is meant: by its id, by the beginning of its id, or by the first digits of its key, with which the id ends.
 *
 * @throws InputError when there is none, or more than one.
 */
export function findRun(ids: readonly string[], named: string): string {
  if (ids.includes(named)) return named;
  const isMeant = (id: string): boolean =>
    id.startsWith(named) ||
    (named.length >= fewestDigits && id.slice(id.lastIndexOf('-') + 1).startsWith(named));
  const found = named === '' ? [] : ids.filter(isMeant);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new InputError(
      `Expected the id of a run in the store, or its beginning, found ${JSON.stringify(named)}`,
      '`npx harness ls` lists the runs; --runs names another store.',
    );
  }
  const more = found.length > mostNamed ? `\n  and ${found.length - mostNamed} more` : '';
  const shown = found.slice(0, mostNamed).map((id) => inLine(id));
  throw new InputError(
    `Expected one run, found ${found.length} that begin with ${inLine(named)}:\n  ${shown.join('\n  ')}${more}`,
    'Write more of the id, or the digits that it ends in.',
  );
}
