import { readFile } from 'node:fs/promises';
import Handlebars from 'handlebars';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { partials, type ReportFormat } from './partials.ts';

/** Fills in the report's template. A name that the view lacks is an error, and every text is escaped for the format. */
export const renderTemplate = async (format: ReportFormat, view: object): Promise<string> =>
  fillIn(format, await readFile(new URL('report.hbs', import.meta.url), 'utf8'), view);

/** Fills in a template that is given as text, with the rules of {@link renderTemplate}. */
export function fillIn(format: ReportFormat, source: string, view: object): string {
  const handlebars = Handlebars.create();
  handlebars.registerPartial(partials[format]);
  const template = handlebars.compile(source, { strict: true, preventIndent: true });
  if (format === 'html') return template(view);
  return template(escapedForMarkdown(view))
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n+$/, '\n');
}

/** JSON for a script element: nothing in it can end the element. */
export const safeJson = (value: unknown): object =>
  safeMarkup(JSON.stringify(value).replaceAll('<', '\\u003c'));

/** Markup of our own making, which goes into a page or into Markdown as it is. */
export const safeMarkup = (markup: string): object => new Handlebars.SafeString(markup);

/** A copy whose texts are escaped for Markdown, and so not once more for HTML. */
function escapedForMarkdown(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : new Handlebars.SafeString(escapeMarkdown(value));
  if (Array.isArray(value)) return value.map(escapedForMarkdown);
  if (typeof value !== 'object' || value === null || value instanceof Handlebars.SafeString) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapedForMarkdown(item)]));
}
