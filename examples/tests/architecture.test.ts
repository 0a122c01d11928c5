import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as experimentPackage from '@bit-repro/experiment';
import { WorkspaceCopy } from '../testing/workspaceCopy.ts';

describe('an architecture that was added', () => {
  let workspace: WorkspaceCopy;
  beforeAll(() => {
    workspace = new WorkspaceCopy({
      files: { 'configs/nano.yaml': 'architecture/nano.yaml' },
      patch: 'architecture/nano.patch',
    });
  });

  it('is trained, and named in the report', async () => {
    await workspace.harness(['run', 'configs/nano.yaml']);
    const report = readFileSync(join(workspace.folder, 'reports/nano/report.md'), 'utf8');
    expect(report).toContain('nano with random weights (seed 0), not BiT-M');
  });

  it('is offered to editors', async () => {
    const { jsonSchemas } = (await workspace.module(
      'packages/experiment/src/index.ts',
    )) as typeof experimentPackage;
    expect(JSON.stringify(jsonSchemas([])['experiment.schema.json'])).toContain('"nano"');
  });
});
