import { closestMatch } from 'leven';
import type { z } from 'zod';
import { inFileOrder, type ConfigProblem } from './errors.ts';
import type { SchemaFacts } from './schemaFacts.ts';
import type { KeyPath, YamlFile } from './yamlFile.ts';

type Issue = z.core.$ZodIssue;
type Described = Pick<ConfigProblem, 'expected' | 'found' | 'remedy'> & { path: KeyPath };

/** The problems that a schema found, in the order of the file, in words. */
export function shapeProblems(
  issues: readonly Issue[],
  file: YamlFile,
  factsAt: (path: KeyPath) => SchemaFacts,
): ConfigProblem[] {
  const described = issues.flatMap((issue) => describe(issue, file.value, factsAt));
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
): Described[] {
  const path = [...prefix, ...issue.path];
  const value = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, factsAt(path).keys));
  }
  if (issue.code === 'invalid_union') {
    const closest = closestBranch(issue.errors, value);
    if (closest) return closest.flatMap((inner) => describe(inner, root, factsAt, path));
  }
  const { example } = factsAt(path);
  const custom = issue.code === 'custom' ? (issue.params?.remedy as string | undefined) : undefined;
  return [
    {
      path,
      expected: expectation(issue),
      found: value === undefined ? 'nothing' : show(value),
      remedy:
        custom ?? (example === undefined ? 'Correct the value.' : `Write for example ${show(example)}.`),
    },
  ];
}

function unknownKey(key: string, path: KeyPath, known: readonly string[]): Described {
  const guess = closestMatch(key, known, { maxDistance: Math.max(2, Math.floor(key.length / 3)) });
  return {
    path: [...path, key],
    expected: 'a known key',
    found: `\`${key}\``,
    remedy:
      guess === undefined ? `Remove it; known here are ${known.join(', ')}.` : `Did you mean \`${guess}\`?`,
  };
}

/** The issues of the one alternative that has the value's type, if there is one. */
function closestBranch(branches: readonly Issue[][], value: unknown): Issue[] | undefined {
  const typed = branches.filter(
    (issues) =>
      !issues.some(
        ({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
      ),
  );
  if (typed.length === 1) return typed[0];
  const sharing = typed.filter((issues) => !issues.some(({ code }) => code === 'unrecognized_keys'));
  return typeof value === 'object' && sharing.length === 1 ? sharing[0] : undefined;
}

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
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(expectation))].join(', or ');
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
  const unit = origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';
  return `${unit === '' ? 'a number ' : ''}${relation} ${limit}${unit}`;
}

/** A value in short, on one line and without control characters. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
