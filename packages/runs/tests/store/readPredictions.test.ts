import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePredictions } from '@bit-repro/trainer';
import { beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '../../src/store/records.ts';
import { readPredictions } from '../../src/store/readPredictions.ts';
import { readRecord } from '../../src/store/readRun.ts';
import { writeResult, type RunStore } from '../../src/store/runStore.ts';
import { sha256Of } from '../../src/store/seal.ts';
import { finish, seeded, temporaryStore } from '../../testing/storedRuns.ts';

const predictions = {
  labels: Uint16Array.of(1, 2),
  predicted: Uint16Array.of(2, 2),
  confidence: Uint16Array.of(65_535, 40_000),
};

let store: RunStore;
let folder: string;
beforeEach(async () => {
  store = temporaryStore();
  folder = await finish(store, seeded(1));
});

/** Writes the file, and the result anew with its checksum, or another, sealed. */
async function record(bytes: Buffer, predictionsSha256 = sha256Of(bytes)): Promise<void> {
  writeFileSync(join(folder, runFiles.predictions), bytes);
  const { result, timing } = await readRecord(folder, 'glance');
  const { resultSha256: _, sealed: __, ...rest } = timing;
  await writeResult(folder, { ...result, predictionsSha256 }, rest);
}

describe('the predictions of a run', () => {
  it('are read as its result names them', async () => {
    await record(await encodePredictions(predictions));
    const { result } = await readRecord(folder);
    expect(await readPredictions(folder, result)).toEqual(predictions);
  });

  it('are not recorded in older runs, which stay done', async () => {
    const { result } = await readRecord(folder);
    expect(await readPredictions(folder, result)).toBeUndefined();
    expect((await store.state(seeded(1), 'everything')).kind).toBe('done');
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    [
      'are those of another result, even under a seal',
      async () => record(await encodePredictions(predictions), 'a'.repeat(64)),
      /predictions\.npz was altered: result\.json names sha256 aaaa/,
    ],
    [
      'are no predictions',
      () => record(Buffer.from('nothing')),
      /predictions\.npz is damaged: Expected an npz file/,
    ],
    [
      'are missing',
      async () => {
        await record(await encodePredictions(predictions));
        rmSync(join(folder, runFiles.predictions));
      },
      /predictions\.npz is missing/,
    ],
    [
      'were changed after the seal',
      async () => {
        await record(await encodePredictions(predictions));
        const file = join(folder, runFiles.predictions);
        const bytes = readFileSync(file);
        bytes[bytes.length - 100]! ^= 1;
        writeFileSync(file, bytes);
      },
      /predictions\.npz was altered/,
    ],
  ])('damage the run if they %s', async (_, damage, message) => {
    await damage();
    await expect(readRecord(folder, 'report')).rejects.toMatchObject({
      kind: 'damaged',
      message: expect.stringMatching(message) as string,
    });
  });
});
