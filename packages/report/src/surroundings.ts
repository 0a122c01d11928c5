import { cleanCommitOf, describeCode } from '@bit-repro/runs';
import { labelsAtHand, type LabelsOf } from './checkRuns.ts';

/** What verification needs beside the report and its runs. */
export interface Surroundings {
  labelsOf: LabelsOf;
  /** The commit of this code; none where it is unknown or has uncommitted changes. */
  commit: () => Promise<string | undefined>;
}

/** Those of this machine and this checkout. */
export const here: Surroundings = {
  labelsOf: labelsAtHand,
  // Committed code imports no file that git does not know.
  commit: async () => cleanCommitOf((await describeCode([])).git),
};
