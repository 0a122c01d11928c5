/** One line of the doctor's findings. */
export interface Finding {
  label: string;
  value: string;
  /** What is wrong, and what to do about it. */
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
