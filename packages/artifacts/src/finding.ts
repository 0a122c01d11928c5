/** A line in the output of doctor. */
export interface Finding {
  label: string;
  value: string;
  /** The problem, if there is one, and its remedy. */
  problem?: { summary: string; remedy: string; /** Whether nothing can run because of it. */ fatal: boolean };
}

export const fine = (label: string, value: string): Finding => ({ label, value });

export const wrong = (
  label: string,
  value: string,
  summary: string,
  remedy: string,
  fatal = false,
): Finding => ({
  label,
  value,
  problem: { summary, remedy, fatal },
});
