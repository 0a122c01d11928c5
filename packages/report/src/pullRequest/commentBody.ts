import { fillIn, safeMarkup } from '../templates.ts';
import { chartsOf } from './chart.ts';
import { commentView } from './commentView.ts';
import type { ReportSummary } from '../reportSummary.ts';
import { footer, head, sections } from './sections.ts';

/** GitHub takes 65,536 characters; this leaves room for what it counts otherwise. */
export const mostCharacters = 60_000;

/** The hidden line by which the comment of an experiment is found again. */
export const markerOf = (experiment: string): string => `<!-- bit-repro report: ${experiment} -->`;

export interface CommentOptions {
  /** The most characters that it may have. */
  limit?: number | undefined;
  /** Where its figure is on GitHub; charts that GitHub draws stand in for it. */
  figure?: string | undefined;
  /** Where the whole report can be downloaded. */
  artifact?: string | undefined;
}

/** An address as the target of a link, whose brackets it must not end. */
const addressInMarkdown = (address: string): object =>
  safeMarkup(new URL(address).href.replaceAll('(', '%28').replaceAll(')', '%29'));

/**
 * The comment on a pull request: the verdict, the figure, the numbers, what changed against the base branch's report. Where it would be
 * too long, whole sections are left out, from the last one up, and the comment says which.
 *
 * @param base the same experiment's report on the base branch, where it has one.
 */
export function commentBody(
  report: ReportSummary,
  base: ReportSummary | undefined,
  { limit = mostCharacters, figure, artifact }: CommentOptions = {},
): string {
  const view = {
    ...commentView(report, base),
    figure: figure === undefined ? '' : addressInMarkdown(figure),
    charts: figure === undefined ? safeMarkup(chartsOf(report)) : '',
    artifact: artifact === undefined ? '' : addressInMarkdown(artifact),
  };
  const write = (source: string, more: object = {}): string =>
    fillIn('md', source, { ...view, ...more }).trim();
  const written = sections
    .map(({ name, template }) => ({ name, text: write(template) }))
    .filter(({ text }) => text !== '');
  const opening = `${markerOf(report.name)}\n${write(head)}`;
  for (let kept = written.length; ; kept -= 1) {
    const leftOut = written.slice(kept).map(({ name }) => name);
    const closing = write(footer, { leftOut: leftOut.join(', ') });
    const body = [opening, ...written.slice(0, kept).map(({ text }) => text), closing].join('\n\n');
    if (body.length <= limit || kept === 0) return body.slice(0, limit);
  }
}
