/** The stand-in upstream cannot be made from what is there. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
