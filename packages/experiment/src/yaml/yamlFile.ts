import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type ErrorCode,
} from 'yaml';
import { ConfigError, type ConfigProblem, type KeyPath } from './errors.ts';

/** Maximum size of a file in bytes, some hundred times that of a config. */
const mostBytes = 256 * 1024;
/** Maximum number of aliases to expand. */
const mostAliases = 100;
/** Maximum nesting of lists and mappings, some ten times that of a config. */
const mostLevels = 50;
/** Maximum number of keys of a path to show. */
const mostKeys = 8;
/** Maximum number of syntax errors to list, because one can cause many others. */
const mostMistakes = 10;

type Words = Pick<ConfigProblem, 'expected' | 'found' | 'remedy'>;

/** Errors that can be explained better than by the parser. */
const mistakeWords: Partial<Record<ErrorCode, Partial<Words>>> = {
  MULTIPLE_DOCS: {
    expected: 'one document',
    found: 'a second one',
    remedy: 'Move it to a file of its own.',
  },
  DUPLICATE_KEY: { expected: 'every key once', found: 'this one again', remedy: 'Keep the one you mean.' },
  NON_STRING_KEY: { expected: 'a key', found: 'a list or a mapping', remedy: 'Write text before the colon.' },
  TAB_AS_INDENT: { expected: 'spaces', found: 'a tab', remedy: 'Indent with spaces; YAML allows no tabs.' },
  TAG_RESOLVE_FAILED: {
    expected: 'no tags',
    remedy: 'Remove what starts with `!`: values are text, numbers, true, false, lists and mappings.',
  },
};

export type Place = Pick<ConfigProblem, 'file' | 'line' | 'column'>;

/** A file as it was read. */
export interface SourceFile {
  file: string;
  sha256: string;
}

export interface YamlFile {
  /** The content as plain JavaScript values. */
  value: unknown;
  /** The files that it was read from; each overrides those after it. */
  sources: readonly SourceFile[];
  /** The place of a key, or of its innermost ancestor that is in the file. */
  placeOf: (path: KeyPath) => Place;
}

/**
 * Reads a YAML 1.2 file that a person wrote.
 *
 * @throws ConfigError if it cannot be read, is empty, larger than 256 KiB or invalid, or has a duplicate key,
 * a tag that YAML 1.2 does not define, or unbounded aliases or nesting.
 */
export async function readYaml(file: string): Promise<YamlFile> {
  const bytes = await readBytes(file);
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { document, value } = parseYaml(decode(file, bytes), at, lines);
  if (value === null || value === undefined) {
    throw new ConfigError([
      {
        file,
        line: 1,
        column: 1,
        key: '',
        expected: 'a mapping',
        found: 'nothing',
        remedy: 'The file is empty. Start from a copy of one of configs/*.yaml.',
      },
    ]);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { value, sources: [{ file, sha256 }], placeOf: (path) => at(offsetOf(document, path)) };
}

/**
 * Parses YAML 1.2 that a person wrote. `at` returns the place of an offset.
 *
 * @throws ConfigError if it is invalid, or has a duplicate key, a tag that YAML 1.2 does not define, or
 * unbounded aliases or nesting.
 */
export function parseYaml(
  text: string,
  at: (offset: number) => Place,
  lineCounter = new LineCounter(),
): { document: Document; value: unknown } {
  const document = attempt(at(0), () =>
    // With string keys, a profile named 1.10 differs from one named 1.1.
    parseDocument(text, { lineCounter, stringKeys: true, prettyErrors: false, logLevel: 'error' }),
  );
  // The library only warns of a tag that YAML 1.2 does not define.
  const all = [...document.errors, ...document.warnings];
  // One error can cause others in the same place.
  const mistakes = all.filter(
    ({ pos }, index) => all.findIndex((other) => other.pos[0] === pos[0]) === index,
  );
  if (mistakes.length > 0) {
    throw new ConfigError(
      mistakes.slice(0, mostMistakes).map(({ code, message, pos }) => ({
        ...at(pos[0]),
        key: '',
        ...{ expected: 'valid YAML', found: message, remedy: 'Correct the YAML.' },
        ...mistakeWords[code],
      })),
    );
  }
  const { version } = document.directives.yaml;
  if (version !== '1.2') {
    throw new ConfigError([
      {
        ...at(0),
        key: '',
        expected: 'YAML 1.2',
        found: `\`%YAML ${version}\``,
        remedy: 'Remove that line: YAML 1.1 reads `no`, `010` and others differently.',
      },
    ]);
  }
  const value = attempt(at(0), () => document.toJS({ maxAliasCount: mostAliases }) as unknown);
  const endless = pathTooDeep(value);
  if (endless !== undefined) {
    throw new ConfigError([
      {
        ...at(offsetOf(document, endless)),
        key: endless.slice(0, mostKeys).map(String).join('.'),
        expected: `values that are not inside themselves, and at most ${mostLevels} levels deep`,
        found: endless.length > mostLevels ? 'more levels' : 'an alias of something that contains it',
        remedy: 'Write the values out, without aliases and with fewer levels.',
      },
    ]);
  }
  return { document, value };
}

/**
 * The path at which a value contains itself through an alias, or is nested too deeply; undefined if there is
 * none.
 */
function pathTooDeep(
  value: unknown,
  path: KeyPath = [],
  around: readonly unknown[] = [],
): KeyPath | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (around.includes(value) || path.length > mostLevels) return path;
  for (const [key, entry] of Object.entries(value)) {
    const found = pathTooDeep(entry, [...path, key], [...around, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}

const fileProblem = (file: string, words: Words, cause?: unknown): ConfigError =>
  new ConfigError([{ file, line: 1, column: 1, key: '', ...words }], { cause });

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const status = await stat(file);
    if (!status.isFile()) {
      throw fileProblem(file, {
        expected: 'a file',
        found: 'a folder or a device',
        remedy: 'Name a YAML file, for example configs/fig6.yaml.',
      });
    }
    if (status.size > mostBytes) {
      throw fileProblem(file, {
        expected: `at most ${mostBytes} bytes`,
        found: `${status.size} bytes`,
        remedy: 'Is this the right file? No config is that large.',
      });
    }
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw fileProblem(
      file,
      {
        expected: 'a file that can be read',
        found: (cause as Error).message,
        remedy: 'Check the path. The configs of this project are in configs/.',
      },
      cause,
    );
  }
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    // YAML also allows CR alone as a line end, which the parser does not.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(/\r(?!\n)/g, '\n');
  } catch (cause) {
    const [first, second] = bytes;
    const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    const found = isUtf16 ? 'UTF-16' : 'other bytes';
    const words = { expected: 'text in UTF-8', found, remedy: 'Save the file as UTF-8.' };
    throw fileProblem(file, words, cause);
  }
}

/** Runs a step of the parser, which throws on aliases or nesting designed to exhaust it. */
function attempt<T>(place: Place, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw new ConfigError(
      [
        {
          ...place,
          key: '',
          expected: `at most ${mostAliases} expanded aliases and reasonable nesting`,
          found: (cause as Error).message,
          remedy: 'Write the values out instead of nesting aliases.',
        },
      ],
      { cause },
    );
  }
}

/** The offset of the node at a path; for an entry of a mapping, that of its key. */
function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const collection = isAlias(node) ? node.resolve(document) : node;
    if (!isCollection(collection)) break;
    const entry: unknown = isMap(collection)
      ? collection.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : collection.items[Number(step)];
    if (entry === undefined) break;
    offset = startOf(isPair(entry) ? entry.key : entry) ?? offset;
    node = isPair(entry) ? entry.value : entry;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
