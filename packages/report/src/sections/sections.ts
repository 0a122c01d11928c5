import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { tableView } from '../table.ts';
import { machineSection } from './machine.ts';
import type { Section } from './section.ts';

/** The sections at the end of a report, in their order. */
const sections: readonly Section[] = [machineSection];

/** What each section shows; those without anything are left out. */
export const sectionViews = (data: ReportData, ledger: Ledger): object[] =>
  sections.flatMap(({ name, title, intro, tables }) => {
    const shown = tables(data, ledger)
      .map(tableView)
      .filter((table) => table !== null);
    return shown.length === 0 ? [] : [{ name, title, intro, tables: shown }];
  });
