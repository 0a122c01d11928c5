/** Numbers that cannot be scored or summarised: of the wrong count, not finite, or none at all. */
export class UnusableNumbersError extends Error {
  override readonly name = 'UnusableNumbersError';
}
