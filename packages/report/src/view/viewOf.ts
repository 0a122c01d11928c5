import { sourcesOf } from '@bit-repro/experiment';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { ReportInput } from '../reportInput.ts';
import { tableView } from '../table.ts';
import { answersView } from './answers.ts';
import { bestArmView } from './bestArm.ts';
import { confusionView } from './confusion.ts';
import { comparisonsIntro, comparisonsTable, othersMethod, othersTable } from './comparisons.ts';
import { leadView } from './lead.ts';
import { linksView } from './links.ts';
import { provenanceTable } from './provenance.ts';
import { resultsTable } from './results.ts';
import { runsTable, subsetsInWords, subsetsView } from './runs.ts';
import { settingsTable } from './settings.ts';
import { takeawayView } from './takeaway.ts';
import { leftOutTable, leftOutWords, missingTable } from './uncounted.ts';
import { verdictView } from './verdict.ts';
import { moment } from './words.ts';

/**
 * What the template shows: every name it uses, with what may be absent made explicit. Numbers of runs come from the ledger, which
 * keeps how each was made.
 */
export function viewOf(
  data: ReportData,
  ledger: Ledger,
  { extras, publication }: Pick<ReportInput, 'extras' | 'publication'>,
): object {
  const sources = data.target === undefined ? [] : sourcesOf(data.target);
  return {
    title: data.title,
    ...takeawayView(data, ledger),
    ...leadView(data),
    ...linksView(data, ledger, publication),
    ...answersView(data, ledger),
    ...bestArmView(data, ledger),
    ...verdictView(data, ledger),
    results: tableView(resultsTable(data, ledger)),
    comparisons: tableView(comparisonsTable(data, ledger)),
    comparisonsIntro: comparisonsIntro(data),
    others: tableView(othersTable(data, ledger)),
    othersMethod: othersMethod(data),
    missing: tableView(missingTable(data)),
    leftOut: data.leftOut.length === 0 ? null : { table: tableView(leftOutTable(data)) },
    ...leftOutWords(data),
    settings: tableView(settingsTable(data)),
    limits: data.limits,
    sources: sources
      .filter(({ source }) => data.published.some((result) => result.source === source))
      .map(({ title, citation }) => ({ label: title, source: citation })),
    provenance: tableView(provenanceTable(data, ledger)),
    runs: tableView(runsTable(data, ledger)),
    subsetsOf: subsetsInWords(data),
    subsets: subsetsView(data, extras),
    confusion: confusionView(data, ledger, extras),
    generatedAt: moment(data.generatedAt),
  };
}
