import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceCopy } from '../testing/workspaceCopy.ts';

describe('a data set that was added', () => {
  let workspace: WorkspaceCopy;
  beforeAll(() => {
    workspace = new WorkspaceCopy({
      files: {
        'packages/data/src/patterns.ts': 'dataset/patterns.ts',
        'configs/patterns.yaml': 'dataset/patterns.yaml',
      },
      patch: 'dataset/register.patch',
    });
  });

  it('fits the types of its package', async () => {
    await workspace.checkTypes('packages/data/src/datasetSources.ts');
  });

  it('is trained and scored on, and named in the report', async () => {
    expect(await workspace.harness(['run', 'configs/patterns.yaml'])).toContain('done');
    const report = readFileSync(join(workspace.folder, 'reports/patterns/report.md'), 'utf8');
    expect(report).toContain('Top-1 accuracy on Patterns');
    expect(report).toMatch(/patterns: patterns\.bin SHA-1 a4cba4b8699ec798cb5f9dbd2b8947c76e14b913/);
  });
});
