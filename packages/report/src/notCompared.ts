/** A part of a report that could not be verified. */
export interface NotCompared {
  /** What was not compared, and why. */
  what: string;
  /** What to do to compare it, in the imperative. */
  how: string;
}
