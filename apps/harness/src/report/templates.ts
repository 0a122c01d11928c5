import { readFile } from 'node:fs/promises';
import Handlebars from 'handlebars';

export type ReportFormat = 'md' | 'html';

const markdownSpecials = /[\\`*_[\]|~]/g;

/** Text that cannot break out of its place in Markdown: no table cells, emphasis, code, links or HTML of its own. */
export function escapeMarkdown(text: string): string {
  return Handlebars.escapeExpression(text.replace(/\s+/g, ' ')).replace(
    markdownSpecials,
    (special) => `\\${special}`,
  );
}

/** Fills in a template. Unknown names are an error; text is escaped for its format. */
export async function renderTemplate(format: ReportFormat, view: object): Promise<string> {
  const source = await readFile(new URL(`report.${format}.hbs`, import.meta.url), 'utf8');
  const handlebars = Handlebars.create();
  handlebars.registerHelper({
    text: (value: unknown) =>
      format === 'md' ? new Handlebars.SafeString(escapeMarkdown(String(value))) : String(value),
    percent: (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2)),
    number: (value: number | undefined) => (value === undefined ? '–' : value.toFixed(4)),
    seconds: (value: number) => value.toFixed(1),
    list: (values: readonly unknown[]) => values.join(', '),
  });
  return handlebars.compile(source, { strict: true, noEscape: false })(view);
}
