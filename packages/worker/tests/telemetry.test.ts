import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFiles, telemetrySampleSchema, telemetrySchema } from '@bit-repro/runs';
import { SampleWriter } from '../src/sampleWriter.ts';
import { TelemetryRecorder } from '../src/telemetry.ts';

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'telemetry-'));
const linesIn = (folder: string): string[] =>
  readFileSync(join(folder, runFiles.telemetry), 'utf8').trimEnd().split('\n');

describe('telemetry', () => {
  it('reports memory, cores and load of a run on the processor, however short', async () => {
    const recorder = await TelemetryRecorder.start('cpu');
    await recorder.stop();
    const summary = telemetrySchema.parse(recorder.summary());
    expect(summary.samples).toBe(1);
    expect(summary.rssBytes.max).toBeGreaterThan(1e6);
    expect(summary).not.toHaveProperty('gpu');
  });

  it('keeps every sample, after those of earlier attempts', async () => {
    const folder = temporaryFolder();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const recorder = await TelemetryRecorder.start('cpu', new SampleWriter(folder, () => undefined));
      await recorder.stop();
    }
    const samples = linesIn(folder).map((line) => telemetrySampleSchema.parse(JSON.parse(line)));
    expect(samples).toHaveLength(2);
    expect(samples[0]!.rssBytes).toBeGreaterThan(1e6);
  });

  it('writes nothing into a run that another process has taken over', async () => {
    const folder = temporaryFolder();
    const writer = new SampleWriter(folder, () => {
      throw new Error('The lock was lost');
    });
    const recorder = await TelemetryRecorder.start('cpu', writer);
    await recorder.stop();
    expect(() => linesIn(folder)).toThrow('ENOENT');
  });
});
