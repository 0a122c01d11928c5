import { addressAt, commitsOf, type Publication } from '../publication.ts';
import type { Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { reportFiles } from '../reportFiles.ts';
import { countOf } from './words.ts';

/** A place that a reader may want to go to: an address, a section of the page, or neither where none is known. */
interface Link {
  label: string;
  href: string;
  section: string;
}

const link = (label: string, href = '', section = ''): Link => ({ label, href, section });

/** What a report links to. Only addresses that are known are given: a commit that nobody else has leads nowhere. */
export function linksView(data: ReportData, ledger: Ledger, publication: Publication | undefined): object {
  const records = [...ledger.source.records.values()];
  const published = (commit: string, path?: string): string | undefined =>
    publication?.commits.includes(commit) === true
      ? addressAt(publication.repository, commit, path)
      : undefined;
  const commits = commitsOf(records);
  const configs = new Set(
    records.flatMap(({ provenance: { configFile, extended = [] } }) => [
      configFile,
      ...extended.map(({ file }) => file),
    ]),
  );
  const at = commits.find((commit) => published(commit) !== undefined);
  const explained = at === undefined ? undefined : published(at, 'docs/reproduction.md');
  return {
    links: [
      ...paperLinks(data),
      ...commits
        .slice(0, mostCommits)
        .map((commit) => link(`Code at ${commit.slice(0, 7)}`, published(commit))),
      ...[...configs].map((file) => link(file, at === undefined ? undefined : published(at, file))),
      ...(records.length === 0 ? [] : [link(countOf(records.length, 'run'), '', 'runs')]),
      link('All numbers (data.json)', reportFiles.data),
      ...(explained === undefined ? [] : [link('What the verdict means', explained)]),
    ],
  };
}

/** Of many the table of provenance says which run is of which. */
const mostCommits = 2;

/** Where the claims were published, by the citation of the target. */
function paperLinks({ target }: ReportData): Link[] {
  if (target === undefined) return [];
  const { title, citation } = target.claims;
  const address = addressIn(citation);
  return address === undefined ? [] : [link(title, address)];
}

/** The address that a citation has, or that its arXiv number or DOI stands for. */
function addressIn(citation: string): string | undefined {
  const [, arxiv] = /\barXiv[: ](\d{4}\.\d{4,5})\b/i.exec(citation) ?? [];
  if (arxiv !== undefined) return `https://arxiv.org/abs/${arxiv}`;
  const [, doi] = /\bdoi[: ](10\.\d{4,9}\/[\w.()/:-]*\w)/i.exec(citation) ?? [];
  if (doi !== undefined) return `https://doi.org/${doi}`;
  return /\bhttps:\/\/[^\s,]*[^\s,.]/.exec(citation)?.[0];
}
