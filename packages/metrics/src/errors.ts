/** Numbers that cannot be scored or summarised: of the wrong count, not finite, or none at all. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
