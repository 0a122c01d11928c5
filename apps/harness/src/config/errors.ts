/** One thing wrong with a file that a person wrote. */
export interface ConfigProblem {
  file: string;
  /** Both counted from 1. */
  line: number;
  column: number;
  /** Where in the file, for example `arms.0.baseLr`; empty for the file as a whole. */
  key: string;
  expected: string;
  found: string;
  /** What the user can do about it, in one sentence. */
  remedy: string;
}

/** A config cannot be used. The message lists every problem, each with its place and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly remedy: string;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join('\n'), options);
    this.problems = problems;
    const files = [...new Set(problems.map(({ file }) => file))];
    this.remedy = `Nothing has been run. Correct ${files.join(', ')}, then run the same command again.`;
  }
}

export const inFileOrder = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  [...problems].sort((one, other) => one.line - other.line || one.column - other.column);

function describeProblem({ file, line, column, key, expected, found, remedy }: ConfigProblem): string {
  const place = key === '' ? '' : `${key}: `;
  return `${file}:${line}:${column}: ${place}expected ${expected}, found ${found}\n  ${remedy}`;
}
