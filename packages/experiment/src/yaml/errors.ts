import { InputError, inLine } from '@bit-repro/artifacts';

/** A problem in a file or an option that the user wrote. */
export interface ConfigProblem {
  /** The file as the user named it, or the option `--set KEY=VALUE`. */
  file: string;
  /** Counted from 1; absent for an option. */
  line?: number;
  column?: number;
  /** Path in the file, for example `arms.0.baseLr`; empty for the whole file. */
  key: string;
  expected: string;
  found: string;
  /** What the user can do about it, in one sentence. */
  remedy: string;
}

/** Keys and indices that lead to a place in a file. */
export type KeyPath = readonly PropertyKey[];

/** A problem at a path of an experiment. */
export type PlacedProblem = Pick<ConfigProblem, 'expected' | 'found' | 'remedy'> & { path: KeyPath };

/** An invalid config. The message lists every problem with its place and remedy. */
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

/** A problem in two lines. */
export function describeProblem({ file, line, column, key, expected, found, remedy }: ConfigProblem): string {
  const at = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const place = key === '' ? '' : `${key}: `;
  return `  ${inLine(`${at}: ${place}expected ${expected}, found ${found}`)}\n    ${inLine(remedy)}`;
}
