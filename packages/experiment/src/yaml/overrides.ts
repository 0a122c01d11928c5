import { ConfigError, type ConfigProblem, type KeyPath } from './errors.ts';
import { isMapping } from './layers.ts';
import { show } from './shapeProblems.ts';
import { parseYaml, type Place, type YamlFile } from './yamlFile.ts';

/**
 * Applies overrides from the command line to a file, in order: `arms.0.baseLr=0.002`, `shots=[1, 2]`. The
 * value is YAML and replaces the old one; an empty value, as in `target=`, removes the key. Problems name the
 * option, not the file.
 *
 * @throws ConfigError with every override that is malformed, or whose path does not exist and cannot be
 * created.
 */
export function applyOverrides(file: YamlFile, assignments: readonly string[]): YamlFile {
  const problems: ConfigProblem[] = [];
  const applied = assignments.reduce((below, assignment) => {
    try {
      return applyOverride(below, assignment);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return below;
    }
  }, file);
  if (problems.length > 0) throw new ConfigError(problems);
  return applied;
}

function applyOverride(below: YamlFile, assignment: string): YamlFile {
  const place: Place = { file: `--set ${assignment}` };
  const [, keys, text] = /^([^=]+)=([^]*)$/.exec(assignment) ?? [];
  const words = keys?.split('.') ?? [];
  if (text === undefined || words.includes('')) {
    throw problem(place, [], {
      expected: 'KEY=VALUE, the key with dots between its parts',
      found: show(assignment),
      remedy: 'Write for example `--set arms.0.baseLr=0.002`.',
    });
  }
  if (words[0] === 'extends') {
    throw problem(place, ['extends'], {
      expected: 'a key of the experiment',
      found: '`extends`',
      remedy: 'Write a file that extends the other.',
    });
  }
  const { value } = parseYaml(text, () => place);
  const { path, there } = locate(below.value, words, place);
  const owned = path.slice(0, there + 1);
  return {
    value: withValue(below.value, path, value),
    sources: below.sources,
    placeOf: (asked) => (startsWith(asked, owned) ? place : below.placeOf(asked)),
  };
}

/** The path that the words mean, and how many of its steps already exist. */
function locate(
  root: unknown,
  words: readonly string[],
  place: Place,
): { path: PropertyKey[]; there: number } {
  const path: PropertyKey[] = [];
  let there = 0;
  let at = root;
  let left = words;
  while (left.length > 0) {
    const whole = path.map(String).join('.');
    if (Array.isArray(at)) {
      const [word = ''] = left;
      const index = /^\d+$/.test(word) ? Number(word) : NaN;
      if (!(index < at.length)) {
        throw problem(place, [...path, word], {
          expected: at.length === 0 ? 'no entry of an empty list' : `an entry from 0 to ${at.length - 1}`,
          found: show(word),
          remedy: `Correct the number, or set \`${whole}\` as a whole.`,
        });
      }
      at = at[index] as unknown;
      path.push(index);
      left = left.slice(1);
    } else if (at === undefined || isMapping(at)) {
      const entries = at ?? {};
      const [key, rest] = splitKey(left, (name) => Object.hasOwn(entries, name));
      at = Object.hasOwn(entries, key) ? entries[key] : undefined;
      path.push(key);
      left = rest;
    } else {
      throw problem(place, path, {
        expected: 'a mapping or a list, to set a part of',
        found: show(at),
        remedy: `Set \`${whole}\` as a whole.`,
      });
    }
    if (at !== undefined) there = path.length;
  }
  return { path, there };
}

/**
 * Splits off the first key: the longest that exists, as the name of a profile may contain dots, otherwise the
 * first word.
 */
function splitKey(words: readonly string[], isThere: (name: string) => boolean): [string, string[]] {
  const lengths = words.map((_, index) => words.length - index);
  const length = lengths.find((count) => isThere(words.slice(0, count).join('.'))) ?? 1;
  return [words.slice(0, length).join('.'), words.slice(length)];
}

/** A copy of `at` with `value` at the path. */
function withValue(at: unknown, [step, ...rest]: KeyPath, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(at))
    return at.map((entry, index) => (index === step ? withValue(entry, rest, value) : entry) as unknown);
  const entries = new Map<PropertyKey, unknown>(Object.entries(at ?? {}));
  if (rest.length === 0 && value === null && entries.delete(step)) return Object.fromEntries(entries);
  return Object.fromEntries(entries.set(step, withValue(entries.get(step), rest, value)));
}

const problem = (
  place: Place,
  path: KeyPath,
  words: Pick<ConfigProblem, 'expected' | 'found' | 'remedy'>,
): ConfigError => new ConfigError([{ ...place, key: path.map(String).join('.'), ...words }]);

const startsWith = (path: KeyPath, start: KeyPath): boolean =>
  start.every((step, index) => String(path[index]) === String(step));
