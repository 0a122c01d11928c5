import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { reportFiles } from '../src/reportFiles.ts';
import { writeReportIndex } from '../src/reportIndex.ts';
import { buildReportData } from '../src/reportData.ts';
import { likeThePaper, madeUpInput, nearChance } from '../testing/sample.ts';

it('lists the reports of a folder, and what each says of the paper', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-index-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const inputs = {
    paper: await madeUpInput('fig6', 'paper', likeThePaper),
    embedded: await madeUpInput('fig6', 'embedded', nearChance),
  };
  await mkdir(join(folder, 'no-report'));
  for (const [name, input] of Object.entries(inputs)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, reportFiles.data), JSON.stringify(buildReportData(input)));
  }
  await writeReportIndex(folder);
  const rows = (await readFile(join(folder, 'README.md'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  expect(rows).toEqual([
    '| [Figure 6, CIFAR-10, R50x3](embedded/report.md) | embedded | 20 of 20 | BiT-mini (stand-in); mini with random weights (seed 0), not BiT-M | not applicable: not the paper’s network |',
    '| [Figure 6, CIFAR-10, R50x3](paper/report.md) | paper | 10 of 10 | BiT-M-R50x3 | 1 shot: inconclusive; 5 shot: reproduced |',
  ]);
});
