import { InputError, inLine } from '@bit-repro/artifacts';

/** The fewest digits of a key that are accepted in place of an ID. */
const fewestDigits = 4;
const mostNamed = 5;

/**
 * Finds a run by its ID, by the start of its ID, or by the first digits of its key, with which the ID ends.
 *
 * @throws InputError if none matches, or more than one.
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
      `No run in the store matches ${JSON.stringify(named)}`,
      '`npx harness ls` lists the runs; --runs names another store.',
    );
  }
  const more = found.length > mostNamed ? `\n  and ${found.length - mostNamed} more` : '';
  const shown = found.slice(0, mostNamed).map((id) => inLine(id));
  throw new InputError(
    `${found.length} runs match ${inLine(named)}:\n  ${shown.join('\n  ')}${more}`,
    'Give more of the ID, or the digits at its end.',
  );
}
