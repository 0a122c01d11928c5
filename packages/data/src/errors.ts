/** A data set could not be obtained, is not what it should be, or was asked for something it does not hold. */
export class DataError extends Error {
  override readonly name = 'DataError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
