import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runId, runKey } from '@bit-repro/runs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { storeReport, type StoredReport } from '../testing/storedReport.ts';
import { Forger, type Run } from './forger.ts';

let genuine: StoredReport;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bit-repro-unlisted-'));
  genuine = await storeReport(folder);
  return () => rm(folder, { recursive: true });
});

async function forger(): Promise<Forger> {
  const found = await Forger.of(genuine);
  onTestFinished(() => found.forget());
  return found;
}

/** Puts a run into the store that is like the first of the report but for what is given, and returns its id. */
async function addRun(
  store: Forger,
  change: (spec: Run['spec']) => Run['spec'],
  finishedAt?: string,
): Promise<string> {
  const { spec, result } = await store.read(0);
  const other = change(spec);
  const forged = { spec: other, result: { ...result, key: runKey(other) } };
  await store.alterRun(0, () => forged, {
    id: runId(other),
    ...(finishedAt !== undefined && { finishedAt }),
  });
  return runId(other);
}

const ofSeed =
  (seed: number) =>
  (spec: Run['spec']): Run['spec'] => ({ ...spec, fineTune: { ...spec.fineTune, seed } });

const byOtherCode = (spec: Run['spec']): Run['spec'] => ({ ...spec, sources: '7'.repeat(64) });

describe('runs of its recipes that a report says nothing of', () => {
  it('are named, so that the report is verified only in part', async () => {
    const store = await forger();
    const ids = [await addRun(store, ofSeed(77)), await addRun(store, ofSeed(78))];
    expect(await store.verdict()).toBe(
      `partly verified, not compared: 2 runs of these recipes that the report neither counts nor lists: ${ids.join(', ')}`,
    );
  });

  it('are also those of a planned seed by other code', async () => {
    const store = await forger();
    const id = await addRun(store, byOtherCode);
    expect(await store.verdict()).toMatch(new RegExp(`1 run of these recipes .* lists: ${id}$`));
  });

  it('are named up to five, and then counted', async () => {
    const store = await forger();
    for (const seed of [71, 72, 73, 74, 75, 76, 77]) await addRun(store, ofSeed(seed));
    expect(await store.verdict()).toMatch(/7 runs of .*seed75-[0-9a-f]+ and 2 more$/);
  });

  it.each<[string, (store: Forger) => Promise<unknown>]>([
    [
      'that were finished after it was made',
      (store) => addRun(store, ofSeed(77), '2030-01-02T03:04:06.000Z'),
    ],
    [
      'of another recipe',
      (store) =>
        addRun(store, (spec) => ({ ...spec, fineTune: { ...ofSeed(77)(spec).fineTune, baseLr: 0.1 } })),
    ],
    [
      'that it lists as left out',
      async (store) => {
        await addRun(store, ofSeed(77));
        await store.remake();
      },
    ],
  ])('are not those %s', async (_, add) => {
    const store = await forger();
    await add(store);
    expect(await store.verdict()).toBe('verified');
  });
});
