import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import GithubSlugger from 'github-slugger';
import type { Root } from 'mdast';
import { toString } from 'mdast-util-to-string';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { visit } from 'unist-util-visit';
import { workspaceRoot } from '@bit-repro/artifacts';

/** A text as GitHub reads it. */
const parse = (text: string): Root => remark().use(remarkGfm).parse(text);

/** What a reader of a page of this repository would trip over, each with its line. */
export const problemsOf = (text: string, file: string): string[] => {
  const page = parse(text);
  return [...unevenRows(page), ...unreadTables(page), ...brokenLinks(page, file), ...bareReferences(page)];
};

/** GitHub drops what a row has more than its head, and fills up what it has less. */
function unevenRows(page: Root): string[] {
  const problems: string[] = [];
  visit(page, 'table', ({ children: [head, ...rows] }) => {
    const expected = head!.children.length;
    for (const { children, position } of rows) {
      if (children.length === expected) continue;
      problems.push(
        `${position!.start.line}: a row of ${children.length} cells in a table whose head has ${expected}`,
      );
    }
  });
  return problems;
}

/** A table whose second line does not fit its head is a paragraph. */
function unreadTables(page: Root): string[] {
  const problems: string[] = [];
  visit(page, 'paragraph', (paragraph) => {
    if (toString(paragraph).startsWith('|'))
      problems.push(`${paragraph.position!.start.line}: a table that is read as a paragraph`);
  });
  return problems;
}

function brokenLinks(page: Root, file: string): string[] {
  const problems: string[] = [];
  visit(page, ['link', 'image', 'definition'], (node) => {
    if (!('url' in node) || /^[a-z]+:/.test(node.url)) return;
    const [path, anchor] = node.url.split('#') as [string, string?];
    const target = path === '' ? file : (workflowOf(path) ?? join(dirname(file), decodeURIComponent(path)));
    const at = `${node.position!.start.line}: a link to ${node.url}`;
    if (!existsSync(join(workspaceRoot, target))) problems.push(`${at}, where there is no file`);
    else if (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor))
      problems.push(`${at}, which has no such heading`);
  });
  return problems;
}

/** The workflow whose runs GitHub shows at a link from the front page, or in its badge. */
function workflowOf(path: string): string | undefined {
  const name = /^\.\.\/\.\.\/actions\/workflows\/([^/]+\.yml)/.exec(path)?.[1];
  return name && `.github/workflows/${name}`;
}

/** A reference without a definition is shown with its brackets. */
function bareReferences(page: Root): string[] {
  const problems: string[] = [];
  visit(page, 'text', ({ value, position }) => {
    for (const [found] of value.matchAll(/\[[^\]]+\]\[[^\]]*\]/g))
      problems.push(`${position!.start.line}: ${found} without a definition`);
  });
  return problems;
}

const known = new Map<string, Set<string>>();

/** The names that GitHub gives a page's headings. */
function anchorsOf(file: string): Set<string> {
  const found = known.get(file);
  if (found !== undefined) return found;
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  visit(parse(readFileSync(join(workspaceRoot, file), 'utf8')), 'heading', (heading) => {
    anchors.add(slugger.slug(toString(heading)));
  });
  known.set(file, anchors);
  return anchors;
}
