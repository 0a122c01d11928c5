import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { storeReport } from '@bit-repro/report/testing';
import { expect, it, onTestFinished } from 'vitest';
import { remadeFrom } from '../src/takeReport.ts';

it('a disk that fails stops an import, as nothing follows from it for the report', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-archive-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { report } = await storeReport(folder);
  const failure = Object.assign(new Error('EIO: i/o error, stat'), { code: 'EIO' });
  const remaking = remadeFrom(dirname(report), () => {
    throw failure;
  });
  await expect(remaking).rejects.toBe(failure);
});
