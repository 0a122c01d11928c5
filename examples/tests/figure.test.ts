import { beforeAll, describe, expect, it } from 'vitest';
import type * as experimentPackage from '@bit-repro/experiment';
import type * as reportPackage from '@bit-repro/report';
import type * as reportTesting from '@bit-repro/report/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkspaceCopy } from '../testing/workspaceCopy.ts';

describe('a figure that was added', () => {
  let workspace: WorkspaceCopy;
  beforeAll(() => {
    workspace = new WorkspaceCopy({
      files: {
        'configs/targets/table2.yaml': 'figure/target.yaml',
        'configs/table2.yaml': 'figure/experiment.yaml',
      },
    });
  });

  it('passes `validate`', async () => {
    expect(await workspace.harness(['validate', 'configs/table2.yaml'])).toContain('configs/table2.yaml');
  });

  it('is reported on: claims, verdict and what others got', async () => {
    const module = <Module>(path: string): Promise<Module> => workspace.module(path) as Promise<Module>;
    const { loadTarget } = await module<typeof experimentPackage>('packages/experiment/src/index.ts');
    const { writeReport } = await module<typeof reportPackage>('packages/report/src/index.ts');
    const { madeUpInput } = await module<typeof reportTesting>('packages/report/testing/index.ts');
    const madeUp = await madeUpInput('table2', 'paper', ({ seed }) => 8800 + 20 * seed);
    const folder = join(workspace.folder, 'reports/table2');
    const { verdicts } = await writeReport({ ...madeUp, target: await loadTarget('table2') }, folder);
    expect(verdicts.map(({ judgement }) => judgement?.verdict)).toEqual(['reproduced']);
    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    const [table] = /^\|[^]*?\n\n/m.exec(report)!;
    await expect(table.trimEnd() + '\n').toMatchFileSnapshot('../figure/report.txt');
  });
});
