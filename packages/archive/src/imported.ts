/** The outcome for a run or a report of an archive. */
export interface Imported {
  name: string;
  outcome: 'imported' | 'already present' | 'kept' | 'not imported';
  /** A remark for the user. */
  remark?: string;
}
