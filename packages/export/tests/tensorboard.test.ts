import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engineForTests } from '@bit-repro/engine/testing';
import { readRecord, runFiles, type RunRecord } from '@bit-repro/runs';
import { eventsOf, finish, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { writeEventFiles } from '../src/index.ts';

const engine = await engineForTests();
const folder = mkdtempSync(join(tmpdir(), 'events-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function storedRuns(count: number): Promise<RunRecord[]> {
  const store = temporaryStore();
  const folders = [];
  for (let seed = 0; seed < count; seed += 1)
    folders.push(await finish(store, seeded(seed), 42, { [runFiles.events]: eventsOf(42) }));
  return Promise.all(folders.map((one) => readRecord(one)));
}

/** The records of an event file: each has its length in 8 bytes and a checksum before it, and a checksum behind it. */
function recordsIn(file: string): Buffer[] {
  const content = readFileSync(file);
  const records: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const length = Number(content.readBigUInt64LE(at));
    records.push(content.subarray(at + 12, at + 12 + length));
    at += 12 + length + 4;
  }
  return records;
}

describe('event files', () => {
  it('have each number of a run, under its name', async () => {
    const runs = await storedRuns(1);
    const to = join(folder, 'one');
    await writeEventFiles(engine.tf, to, runs);
    expect(readdirSync(to)).toEqual(runs.map(({ id }) => id));
    const [name] = readdirSync(join(to, runs[0]!.id));
    expect(name).toBe(`events.out.tfevents.${Date.parse('2026-01-01T00:00:10Z') / 1000}.bit-repro`);
    const records = recordsIn(join(to, runs[0]!.id, name!)).map((record) => record.toString('latin1'));
    expect(records[0]).toContain('brain.Event:2');
    const named = records
      .slice(1)
      .map((record) => /trainingLoss|learningRate|top1|top5|loss/.exec(record)?.[0]);
    expect(named).toEqual([
      ...['trainingLoss', 'learningRate', 'trainingLoss', 'learningRate', 'trainingLoss', 'learningRate'],
      ...['top1', 'top5', 'loss'],
    ]);
  });

  it('do not name this machine', async () => {
    const runs = await storedRuns(1);
    await writeEventFiles(engine.tf, join(folder, 'host'), runs);
    for (const name of readdirSync(join(folder, 'host'), { recursive: true, encoding: 'utf8' }))
      expect(name).not.toContain(hostname());
  });

  it.runIf(process.platform === 'linux')('leave no file open', async () => {
    const runs = await storedRuns(5);
    const open = (): number => readdirSync('/proc/self/fd').length;
    await writeEventFiles(engine.tf, join(folder, 'warm'), runs.slice(0, 1));
    const before = open();
    await writeEventFiles(engine.tf, join(folder, 'many'), runs);
    expect(open()).toBe(before);
  });
});
