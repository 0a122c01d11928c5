/** An experiment cannot be planned as asked. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
