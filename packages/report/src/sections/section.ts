import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { Table } from '../table.ts';

/** A section at the end of a report. */
export interface Section {
  /** Unique; letters only. */
  name: string;
  title: string;
  /** A paragraph above its tables. */
  intro: string;
  /** Every number of a run in them comes from the ledger. Without rows in any, the section is left out. */
  tables: (data: ReportData, ledger: Ledger) => Table[];
}
