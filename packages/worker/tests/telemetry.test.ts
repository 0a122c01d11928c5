import { describe, expect, it } from 'vitest';
import { telemetrySchema } from '@bit-repro/runs';
import { TelemetryRecorder } from '../src/telemetry.ts';

describe('telemetry', () => {
  it('reports memory, cores and load of a run on the processor, however short', async () => {
    const recorder = await TelemetryRecorder.start('cpu');
    const summary = telemetrySchema.parse(recorder.summary());
    recorder.stop();
    expect(summary.samples).toBe(1);
    expect(summary.rssBytes.max).toBeGreaterThan(1e6);
    expect(summary).not.toHaveProperty('gpu');
  });
});
