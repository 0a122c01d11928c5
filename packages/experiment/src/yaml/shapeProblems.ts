import { closestMatch } from 'leven';
import type { z } from 'zod';
import { inFileOrder, type ConfigProblem, type PlacedProblem, type KeyPath } from './errors.ts';
import type { SchemaFacts } from './schemaFacts.ts';
import { keyCalled } from './otherNames.ts';
import type { YamlFile } from './yamlFile.ts';

type Issue = z.core.$ZodIssue;

/** Describes the issues that a schema found, in the order of the file. */
export function shapeProblems(
  issues: readonly Issue[],
  file: YamlFile,
  factsAt: (path: KeyPath) => SchemaFacts,
): ConfigProblem[] {
  const described = closestBounds(issues).flatMap((issue) => describe(issue, file.value, factsAt));
  return inFileOrder(
    described.map(({ path, ...words }) => ({
      ...file.placeOf(path),
      key: path.map(String).join('.'),
      ...words,
    })),
  );
}

function describe(
  issue: Issue,
  root: unknown,
  factsAt: (path: KeyPath) => SchemaFacts,
  prefix: KeyPath = [],
): PlacedProblem[] {
  const path = [...prefix, ...issue.path];
  const value = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, factsAt));
  }
  if (issue.code === 'invalid_union') {
    const closest = closestBranch(issue.errors, value);
    if (closest) return closestBounds(closest).flatMap((inner) => describe(inner, root, factsAt, path));
  }
  const custom = issue.code === 'custom' ? (issue.params?.remedy as string | undefined) : undefined;
  const remedy =
    custom ??
    unquoted(issue, value) ??
    listed(issue, value, path, factsAt(path).keys) ??
    guessed(issue, value) ??
    exampleOf(path, factsAt) ??
    'See docs/configuration.md.';
  return [{ path, expected: expectation(issue), found: show(value), remedy }];
}

/** Drops the upper bound of a number if there is a tighter one: whole numbers always have one. */
const closestBounds = (issues: readonly Issue[]): readonly Issue[] =>
  issues.filter(
    ({ code, path }, index) =>
      code !== 'too_big' ||
      !issues.slice(index + 1).some((later) => later.code === code && String(later.path) === String(path)),
  );

/** For strings that YAML reads as something else. */
function unquoted(issue: Issue, value: unknown): string | undefined {
  if (issue.code !== 'invalid_type' || issue.expected !== 'string') return undefined;
  if (typeof value === 'number') return 'Put it in quotes, because YAML reads it as a number.';
  return typeof value === 'boolean' ? 'Put it in quotes, because YAML reads it as true or false.' : undefined;
}

/** For a number where a list belongs; it may have been meant as a count. */
function listed(issue: Issue, value: unknown, path: KeyPath, keys: readonly string[]): string | undefined {
  const key = path.at(-1);
  if (typeof value !== 'number' || typeof key !== 'string' || !takesList(issue)) return undefined;
  const list = `\`${key}: [${value}]\``;
  return keys.includes('count')
    ? `Write \`${key}: {count: ${value}}\` for ${value} of them, or ${list} for number ${value} alone.`
    : `Write ${list}.`;
}

const takesList = (issue: Issue): boolean =>
  issue.code === 'invalid_union'
    ? issue.errors.flat().some((inner) => inner.path.length === 0 && takesList(inner))
    : issue.code === 'invalid_type' && issue.expected === 'array';

/** For a misspelt name. */
function guessed(issue: Issue, value: unknown): string | undefined {
  const known = namesIn(issue);
  return typeof value === 'string' ? suggestion(value, known) : undefined;
}

const namesIn = (issue: Issue): string[] => {
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(namesIn);
  return issue.code === 'invalid_value' ? issue.values.map(String) : [];
};

function suggestion(written: string, known: readonly string[]): string | undefined {
  const closest = closestMatch(written, known, { maxDistance: Math.max(2, Math.floor(written.length / 3)) });
  return closest === undefined ? undefined : `Did you mean \`${closest}\`?`;
}

/** The example of the innermost enclosing key that has one. */
function exampleOf(path: KeyPath, factsAt: (path: KeyPath) => SchemaFacts): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path[length - 1];
    const { example } = factsAt(path.slice(0, length));
    if (typeof key === 'string' && example !== undefined)
      return `Write for example \`${key}: ${show(example)}\`.`;
  }
  return undefined;
}

function unknownKey(key: string, path: KeyPath, factsAt: (path: KeyPath) => SchemaFacts): PlacedProblem {
  const known = factsAt(path).keys;
  const remedy =
    key === '<<'
      ? 'YAML 1.2 has no merge keys: write the values out, or `extends` another file.'
      : /^\d+$/.test(key)
        ? 'If it is the rest of a number, write that with a point: `0.003`. A comma ends it.'
        : (otherKey(key, path, factsAt) ??
          suggestion(key, known) ??
          `Remove it, or use one of the keys known here: ${known.join(', ')}.`);
  return { path: [...path, key], expected: 'a known key', found: `\`${key}\``, remedy };
}

/** For a key by the name that other programs have for it, or one that belongs into the mapping `settings`. */
function otherKey(key: string, path: KeyPath, factsAt: (path: KeyPath) => SchemaFacts): string | undefined {
  const called = keyCalled(key);
  const { keys } = factsAt(path);
  if (called !== undefined && keys.includes(called)) return `Did you mean \`${called}\`?`;
  const inner = called ?? key;
  return factsAt([...path, 'settings']).keys.includes(inner)
    ? `Did you mean \`${inner}\` in \`settings\`?`
    : undefined;
}

/** The issues of the only alternative that has the value's type; undefined if there are none or several. */
function closestBranch(branches: readonly Issue[][], value: unknown): Issue[] | undefined {
  const typed = branches.filter((issues) => !issues.some(isOfOtherType));
  if (typed.length === 1) return typed[0];
  const sharing = typed.filter((issues) => !issues.some(({ code }) => code === 'unrecognized_keys'));
  return typeof value === 'object' && sharing.length === 1 ? sharing[0] : undefined;
}

const isOfOtherType = (issue: Issue): boolean => {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((branch) => branch.some(isOfOtherType));
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? show(issue.values[0])
        : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return bound(issue.inclusive ? 'at least' : 'above', issue.minimum, issue.origin);
    case 'too_big':
      return bound(issue.inclusive ? 'at most' : 'below', issue.maximum, issue.origin);
    case 'invalid_key':
      return issue.issues.map(expectation).join(', or ');
    default:
      return issue.message;
  }
}

const typeNames: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function bound(relation: string, limit: number | bigint, origin: string): string {
  const plural = Number(limit) === 1 ? '' : 's';
  if (origin === 'array') return `${relation} ${limit} entr${plural ? 'ies' : 'y'}`;
  if (origin === 'string') return `${relation} ${limit} character${plural}`;
  return `a number ${relation.startsWith('at') ? 'of ' : ''}${relation} ${limit}`;
}

/** Shows a value on one short line without control characters. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
