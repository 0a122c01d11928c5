/** Nothing to see, and enough that GitHub finds no name and no number behind it. */
const between = '&#8203;';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Text that cannot break out of its place in GitHub's Markdown: it stays one line, opens no table cell, markup, link, formula,
 * heading or list of its own, mentions nobody and refers to no issue. A backslash does not keep GitHub from the last two.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]|~#!$@]/g, '\\$&')
    .replace(/^(\d+)([.)])(?= |$)/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/[&<>]/g, (special) => entities[special]!)
    .replace(/\\[@#](?=[\w-])/g, `$&${between}`)
    .replace(/\b(GH-)(?=\d)/gi, `$1${between}`);
}
