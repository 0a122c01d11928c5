import { readFile } from 'node:fs/promises';
import Handlebars from 'handlebars';
import prettyMs from 'pretty-ms';
import { escapeMarkdown } from './escapeMarkdown.ts';

export type ReportFormat = 'md' | 'html';

/** What templates may do with numbers; an absent number is a dash. */
const formats = {
  percent: (value: number | null, digits: number) => decimal(value, digits),
  percents: (values: readonly (number | null)[], digits: number) =>
    values.map((value) => decimal(value, digits)).join(', '),
  number: (value: number) => value.toFixed(4),
  duration: (seconds: number) => prettyMs(1000 * seconds, { secondsDecimalDigits: 0 }),
  gibibytes: (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`,
  /** ISO 8601 in UTC, to the minute. */
  moment: (iso: unknown) => `${String(iso).slice(0, 16).replace('T', ' ')} UTC`,
};

const decimal = (value: number | null, digits: number): string =>
  value === null ? '–' : value.toFixed(digits);

/** Fills in a template. A name that the view lacks is an error, and every text is escaped for the format. */
export async function renderTemplate(format: ReportFormat, view: object): Promise<string> {
  const source = await readFile(new URL(`report.${format}.hbs`, import.meta.url), 'utf8');
  const handlebars = Handlebars.create();
  handlebars.registerHelper(formats);
  const template = handlebars.compile(source, { strict: true });
  return template(format === 'md' ? escapedForMarkdown(view) : view);
}

/** Markup of our own making, which goes into a page as it is. */
export const safeMarkup = (markup: string): object => new Handlebars.SafeString(markup);

/** A copy whose texts are escaped for Markdown, and so not once more for HTML. */
function escapedForMarkdown(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : new Handlebars.SafeString(escapeMarkdown(value));
  if (Array.isArray(value)) return value.map(escapedForMarkdown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escapedForMarkdown(item)]));
}
