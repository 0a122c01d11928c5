import { sourcesOf } from '@bit-repro/experiment';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { RunExtras } from '../runExtras.ts';
import { comparisonsView, othersView } from './comparisons.ts';
import { leadView } from './lead.ts';
import { resultsView } from './results.ts';
import { effortView, runsView, subsetsView } from './runs.ts';
import { verdictView } from './verdict.ts';
import { countOf } from './words.ts';

/**
 * What the templates show: every name they use, with what may be absent made explicit. Numbers of runs come from the ledger,
 * which keeps how each was made.
 */
export function viewOf(
  data: ReportData,
  ledger: Ledger,
  extras: ReadonlyMap<string, RunExtras> | undefined,
): object {
  const subsets = subsetsView(data, extras);
  return {
    title: data.title,
    description: data.description ?? '',
    ...leadView(data),
    ...verdictView(data, ledger),
    results: resultsView(data, ledger),
    comparisons: comparisonsView(data, ledger),
    others: othersView(data, ledger),
    arms: data.arms,
    settingSources: data.settingSources,
    settings: data.settings.map((row) => ({
      ...row,
      paper: row.paper || 'not stated',
      others: row.others.map((value) => value || 'not stated'),
    })),
    limits: data.limits,
    sources:
      data.target === undefined
        ? []
        : sourcesOf(data.target)
            .filter(({ source }) => data.published.some((result) => result.source === source))
            .map(({ title, citation }) => ({ label: title, source: citation })),
    missing: data.missing.map(({ reason = 'not run yet', ...run }) => ({ ...run, reason })),
    provenance: data.provenance.map(({ label, values }) => ({
      label,
      values: values.map(({ value, runs }) => ({
        value: values.length === 1 ? value : `${value} (${countOf(runs.length, 'run')})`,
      })),
    })),
    ...effortView(data, ledger),
    runs: runsView(data, ledger),
    subsets,
    generatedAt: data.generatedAt,
  };
}
