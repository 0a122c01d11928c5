/** Bad input, or something that cannot be carried out: said to the user in two lines. */
export class HarnessError extends Error {
  override readonly name: string = 'HarnessError';
  /** What the user can do about it, in one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
