import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as reportTesting from '@bit-repro/report/testing';
import { WorkspaceCopy } from '../testing/workspaceCopy.ts';

describe('a section that was added to reports', () => {
  let workspace: WorkspaceCopy;
  let page: string;
  let runs: string;
  let testing: typeof reportTesting;
  beforeAll(async () => {
    workspace = new WorkspaceCopy({
      files: { 'packages/report/src/sections/slowest.ts': 'section/slowest.ts' },
      patch: 'section/register.patch',
    });
    testing = (await workspace.module('packages/report/testing/index.ts')) as typeof reportTesting;
    ({ report: page, runs } = await testing.storeReport(workspace.folder));
  });

  it('stands in both formats', () => {
    expect(readFileSync(page, 'utf8')).toContain('<h2 id="slowest">The slowest runs</h2>');
    const markdown = readFileSync(join(dirname(page), 'report.md'), 'utf8');
    expect(markdown).toMatch(
      /## The slowest runs\n\nBy the time [^\n]+\n\n\| Run \| Time \|\n\| --- \| ---: \|\n(?:\| <code>\S+<\/code> \| 1m \|\n){3}/,
    );
  });

  it('has numbers that `verify` recomputes', async () => {
    const { notCompared, files } = await testing.verifyMadeUp({ report: page, runs });
    expect(notCompared).toEqual([]);
    expect(files).toContain('report.html');
  });

  it('fits the types of the package', async () => {
    await workspace.checkTypes('packages/report/src/sections/sections.ts');
  });
});
