/** TensorFlow could not be provisioned or loaded. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
