/** What became of a run or a report of an archive. */
export interface Imported {
  name: string;
  outcome: 'imported' | 'there already' | 'kept' | 'not taken over';
  /** What there is to say of it. */
  remark?: string;
}
