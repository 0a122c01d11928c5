import type { Ledger } from '../ledger.ts';
import type { ReportFormat } from '../partials.ts';
import type { ReportData } from '../reportData.ts';

/** A section at the end of a report: what it shows, and a template for each format. */
export interface Section extends Record<ReportFormat, string> {
  /** Unique; letters only. */
  name: string;
  /**
   * The names that the templates use, with what may be absent made explicit; undefined where the section is left out. Every
   * number of a run comes from the ledger.
   */
  view: (data: ReportData, ledger: Ledger) => object | undefined;
}
