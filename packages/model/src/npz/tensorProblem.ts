/** What is wrong with one tensor of a file; the reader adds which tensor and which file. */
export class TensorProblem extends Error {
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;

  constructor(
    expected: string,
    found: string,
    remedy = 'The file is damaged: fetch or write it again.',
    options?: ErrorOptions,
  ) {
    super(`expected ${expected}, found ${found}`, options);
    this.expected = expected;
    this.found = found;
    this.remedy = remedy;
  }
}
