/** A model, or a file of weights, is not what it should be. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
