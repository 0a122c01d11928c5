import { inLine } from '@bit-repro/artifacts';

/** A value of a run in a line; a digest by its first digits. */
export function valueInShort(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[0-9a-f]{40,64}$/.test(value) ? value.slice(0, 12) : inLine(value);
}
