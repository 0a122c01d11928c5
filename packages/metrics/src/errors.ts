/** Numbers that cannot be scored or summarised: wrong in number, not finite, or empty. */
export class UnusableNumbersError extends Error {
  override readonly name = 'UnusableNumbersError';
}
