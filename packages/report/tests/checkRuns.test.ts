import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@bit-repro/artifacts';
import { readRecord, runFiles, type RunRecord } from '@bit-repro/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkRuns } from '../src/checkRuns.ts';
import { madeUpLabelsOf } from '../testing/sample.ts';
import { storeReport } from '../testing/storedReport.ts';

let records: RunRecord[];
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-runs-'));
  const { runs, ids } = await storeReport(folder);
  records = await Promise.all(ids.slice(0, 3).map((id) => readRecord(join(runs, id))));
  await rm(join(runs, ids[1]!, runFiles.events));
  return () => rm(folder, { recursive: true });
});

describe('the check of runs', () => {
  it('names the runs whose events are missing as not compared', async () => {
    const [first, second] = records as [RunRecord, RunRecord];
    const found = await checkRuns([first, second], madeUpLabelsOf);
    expect(found.map(({ what }) => what)).toEqual([
      `the results of 1 run with the events of training (events.jsonl is missing, first in ${second.id})`,
    ]);
  });

  it('says that subsets were not compared if the data set is not there', async () => {
    const found = await checkRuns([records[0]!], () => Promise.reject(new InputError('gone', 'Fetch it.')));
    expect(found.map(({ what }) => what)).toEqual([expect.stringMatching(/CIFAR-10 is not on this machine/)]);
  });

  it('does not take a bug for missing data', async () => {
    const failing = checkRuns([records[0]!], () => Promise.reject(new Error('a bug')));
    await expect(failing).rejects.toThrow('a bug');
  });

  it('names the run that contradicts itself, and how', async () => {
    const [one, , other] = records as [RunRecord, RunRecord, RunRecord];
    const forged = { ...one, result: { ...one.result, subset: other.result.subset } };
    await expect(checkRuns([other, forged], madeUpLabelsOf)).rejects.toThrow(
      `The run ${one.id} contradicts itself: its subset is not the one that seed 0 draws`,
    );
  });
});
