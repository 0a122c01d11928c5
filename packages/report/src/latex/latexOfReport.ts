import { latexTable } from './latexTable.ts';
import { remakeReport } from '../remakeReport.ts';
import { resultsTable } from '../view/results.ts';

/**
 * The results of a report as a LaTeX table, recomputed from its runs.
 *
 * @param html the report's page.
 * @param folderOf where a run is.
 * @throws ExplainedError as `remakeReport`.
 */
export async function latexOfReport(html: string, folderOf: (id: string) => string): Promise<string> {
  const { build } = await remakeReport(html, folderOf);
  const { data, ledger } = build();
  const table = latexTable(resultsTable(data, ledger), {
    caption: `${data.title}: top-1 accuracy in percent.`,
    label: `tab:${data.name}`,
    without: ['Each run', 'Min – max'],
  });
  return `% Results of the report ${data.name}; needs \\usepackage{booktabs}.\n${table}`;
}
