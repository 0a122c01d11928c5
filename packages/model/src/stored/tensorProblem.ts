/** A problem with a tensor; the reader adds the names of the tensor and the file. */
export class TensorProblem extends Error {
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;

  constructor(
    expected: string,
    found: string,
    remedy = 'The file is damaged. Fetch or write it again.',
    options?: ErrorOptions,
  ) {
    super(`expected ${expected}, found ${found}`, options);
    this.expected = expected;
    this.found = found;
    this.remedy = remedy;
  }
}
