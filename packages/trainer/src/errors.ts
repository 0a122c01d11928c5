/** A recipe that cannot be run, or a run that went wrong. */
export class TrainerError extends Error {
  override readonly name = 'TrainerError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
