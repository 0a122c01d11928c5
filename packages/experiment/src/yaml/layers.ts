import type { KeyPath } from './errors.ts';
import type { YamlFile } from './yamlFile.ts';

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Merges one file over another: mappings key by key, where null removes the key below; anything else,
 * including lists, replaces the value below. A place is in the file whose value applies there.
 */
export function layOver(base: YamlFile, over: YamlFile): YamlFile {
  return {
    value: merge(base.value, over.value),
    sources: [...over.sources, ...base.sources],
    placeOf: (path) => (isSaidBelow(path, base.value, over.value) ? base : over).placeOf(path),
  };
}

function merge(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === null && merged.has(key)) merged.delete(key);
    else merged.set(key, merged.has(key) ? merge(merged.get(key), value) : value);
  }
  // Unlike assignment, fromEntries treats `__proto__` as an ordinary key.
  return Object.fromEntries(merged);
}

/**
 * Whether the value at a path comes from the file below: the file over it lacks a mapping on the path, or the
 * key.
 */
function isSaidBelow(path: KeyPath, base: unknown, over: unknown): boolean {
  const [step, ...rest] = path;
  if (step === undefined || !isMapping(base) || !isMapping(over)) return false;
  const key = String(step);
  if (!Object.hasOwn(over, key)) return Object.hasOwn(base, key);
  return Object.hasOwn(base, key) && isSaidBelow(rest, base[key], over[key]);
}
