import { InputError, inLine } from '@bit-repro/artifacts';

/** One thing wrong with a file that a person wrote. */
export interface ConfigProblem {
  /** The file as it was named, or the option `--set KEY=VALUE` of the command line. */
  file: string;
  /** Both counted from 1; absent on the command line. */
  line?: number;
  column?: number;
  /** Where in the file, for example `arms.0.baseLr`; empty for the file as a whole. */
  key: string;
  expected: string;
  found: string;
  /** What the user can do about it, in one sentence. */
  remedy: string;
}

/** Keys and indices that lead to a place of a file. */
export type KeyPath = readonly PropertyKey[];

/** What is wrong at a place of an experiment. */
export type PlacedProblem = Pick<ConfigProblem, 'expected' | 'found' | 'remedy'> & { path: KeyPath };

/** A config cannot be used. The message lists every problem, each with its place and what to do. */
export class ConfigError extends InputError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const files = [...new Set(problems.map(({ file }) => file))].join(', ');
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(
      `${count} in ${files}\n${problems.map(describeProblem).join('\n')}`,
      `Nothing was run. Correct ${files} and try again.`,
      options,
    );
    this.problems = problems;
  }
}

export const inFileOrder = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  [...problems].sort(
    (one, other) =>
      (one.line ?? Infinity) - (other.line ?? Infinity) || (one.column ?? 0) - (other.column ?? 0) || 0,
  );

function describeProblem({ file, line, column, key, expected, found, remedy }: ConfigProblem): string {
  const at = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const place = key === '' ? '' : `${key}: `;
  return `  ${inLine(`${at}: ${place}expected ${expected}, found ${found}`)}\n    ${inLine(remedy)}`;
}
