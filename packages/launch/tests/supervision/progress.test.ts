import { appendFileSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressReader } from '../../src/supervision/progress.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'progress-'));
  file = join(folder, 'events.jsonl');
});

const step = (number: number): string =>
  `${JSON.stringify({ kind: 'step', step: number, steps: 9, loss: 2, learningRate: 0 })}\n`;
const resumed = (number: number): string => `${JSON.stringify({ kind: 'resumed', step: number })}\n`;
const told = async (reader: ProgressReader): Promise<string[]> =>
  (await reader.next()).map((event) => `${event.kind} ${'step' in event ? event.step : ''}`);

describe("reading a worker's progress", () => {
  it('reports each event once, and a line only when it is complete', async () => {
    const reader = await ProgressReader.open(folder);
    expect(await told(reader)).toEqual([]);
    writeFileSync(file, step(1) + step(2).slice(0, 10));
    expect(await told(reader)).toEqual(['step 1']);
    appendFileSync(file, step(2).slice(10));
    expect(await told(reader)).toEqual(['step 2']);
    expect(await told(reader)).toEqual([]);
  });

  it('starts after the events of an earlier worker', async () => {
    writeFileSync(file, step(1));
    const reader = await ProgressReader.open(folder);
    appendFileSync(file, step(2));
    expect(await told(reader)).toEqual(['step 2']);
  });

  it('continues where a resumed worker writes a new file', async () => {
    writeFileSync(file, step(1) + step(2) + step(3));
    const reader = await ProgressReader.open(folder);
    writeFileSync(`${file}.new`, step(1) + resumed(1) + step(2) + resumed(2) + step(3));
    renameSync(`${file}.new`, file);
    expect(await told(reader)).toEqual(['resumed 2', 'step 3']);
  });

  it('reports all of a new file if the worker started from the beginning', async () => {
    writeFileSync(file, step(1) + step(2) + step(3));
    const reader = await ProgressReader.open(folder);
    writeFileSync(`${file}.new`, step(1) + step(2));
    renameSync(`${file}.new`, file);
    expect(await told(reader)).toEqual(['step 1', 'step 2']);
  });

  it('reports the progress of an evaluation when it changes', async () => {
    const reader = await ProgressReader.open(folder);
    const at = new Date(0).toISOString();
    const evaluating = { step: 3, done: 200, total: 10_000 };
    const beat = { pid: 7, host: 'here', startedAt: at, at, step: 3, steps: 9, evaluating };
    writeFileSync(join(folder, 'heartbeat.json'), JSON.stringify(beat));
    expect(await reader.next()).toEqual([{ kind: 'evaluating', ...evaluating }]);
    expect(await reader.next()).toEqual([]);
  });
});
