import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '@bit-repro/runs';
import { begin, seeded, temporaryStore } from '@bit-repro/runs/testing';
import { RunCurve } from '../src/runCurve.ts';
import { evaluationLine, stepLine } from './stores.ts';

let events: string;
let telemetry: string;
let curve: RunCurve;
beforeEach(async () => {
  const folder = await begin(temporaryStore(), seeded(0));
  events = join(folder, runFiles.events);
  telemetry = join(folder, runFiles.telemetry);
  curve = new RunCurve(folder);
});

describe('the curve of a run', () => {
  it('has the losses and the scores, and then only what is new', async () => {
    writeFileSync(events, stepLine(1, 2.5) + stepLine(2, 2.25) + evaluationLine(2, 0.5));
    await curve.refresh();
    const first = curve.since();
    expect(first).toMatchObject({
      isAll: true,
      losses: [
        [1, 2.5],
        [2, 2.25],
      ],
      top1: [[2, 0.5]],
    });
    appendFileSync(events, stepLine(3, 2));
    await curve.refresh();
    expect(curve.since(first.have)).toMatchObject({ isAll: false, losses: [[3, 2]], top1: [] });
  });

  it('is sent whole again when a worker goes on from a checkpoint', async () => {
    writeFileSync(events, stepLine(1, 1) + stepLine(2, 2) + stepLine(3, 3));
    await curve.refresh();
    const { have } = curve.since();
    appendFileSync(events, stepLine(2, 20));
    await curve.refresh();
    expect(curve.since(have)).toMatchObject({
      isAll: true,
      losses: [
        [1, 1],
        [2, 20],
      ],
    });
  });

  it('has what the worker took of its machine, by minutes since its first sample', async () => {
    const sample = { at: '2026-01-01T00:00:00.000Z', rssBytes: 1024 ** 3, cores: 1.5, load: 2 };
    const later = {
      ...sample,
      at: '2026-01-01T00:00:30.000Z',
      gpu: { memoryBytes: 2 * 1024 ** 3, utilisation: 90 },
    };
    writeFileSync(telemetry, [sample, later].map((one) => `${JSON.stringify(one)}\n`).join(''));
    await curve.refresh();
    expect(curve.since()).toMatchObject({
      memory: [
        [0, 1],
        [0.5, 1],
      ],
      gpuMemory: [[0.5, 2]],
      gpuLoad: [[0.5, 90]],
    });
  });

  it('leaves out lines that are no events', async () => {
    writeFileSync(events, `garbage\n{"kind":"step"}\n${stepLine(1, 1)}`);
    await curve.refresh();
    expect(curve.since().losses).toEqual([[1, 1]]);
  });

  it('keeps as many points of a long run as a chart can show', async () => {
    writeFileSync(events, Array.from({ length: 20_000 }, (_, index) => stepLine(index + 1, index)).join(''));
    await curve.refresh();
    const { losses } = curve.since();
    expect(losses.length).toBeGreaterThan(1500);
    expect(losses.length).toBeLessThan(4001);
    expect(losses[0]).toEqual([1, 0]);
    expect(losses.at(-1)![0]).toBeGreaterThan(19_980);
  });
});
