import type { Ledger } from '../ledger.ts';
import type { ReportFormat } from '../partials.ts';
import type { ReportData } from '../reportData.ts';
import { machineSection } from './machine.ts';
import type { Section } from './section.ts';

/** The sections at the end of a report, in their order. */
const sections: readonly Section[] = [machineSection];

/** What each section shows, by its name; null where it is left out. */
export const sectionViews = (data: ReportData, ledger: Ledger): Record<string, object | null> =>
  Object.fromEntries(sections.map(({ name, view }) => [name, view(data, ledger) ?? null]));

/** The templates of all sections, each shown where it has a view. */
export const sectionTemplates = (format: ReportFormat): string =>
  sections.map((section) => `{{#with sections.${section.name}}}\n${section[format]}{{/with}}\n`).join('');
