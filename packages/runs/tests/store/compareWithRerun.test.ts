import { describe, expect, it } from 'vitest';
import { compareWithRerun } from '../../src/store/compareWithRerun.ts';
import type { RunRecord } from '../../src/store/records.ts';
import { plannedRun, record } from '../../testing/sampleRuns.ts';

const sample = record(plannedRun(), 50);
const { result: unpredicted, spec, timing, provenance } = sample;
const result = { ...unpredicted, predictionsSha256: 'a'.repeat(64) };
const original = { ...sample, result };

describe('a run that was carried out again', () => {
  it.each<[string, Partial<RunRecord>, ReturnType<typeof compareWithRerun>]>([
    ['is the same', {}, { differences: [], otherCode: '', otherMachine: '' }],
    [
      'is the same at another time',
      { timing: { ...timing, seconds: 99 } },
      { differences: [], otherCode: '', otherMachine: '' },
    ],
    [
      'is the same but for its key, by other code',
      { result: { ...result, key: '4'.repeat(64) }, spec: { ...spec, sources: '7'.repeat(64) } },
      { differences: [], otherCode: 'sources 111111111111…, now 777777777777…', otherMachine: '' },
    ],
    [
      'has another score',
      { result: { ...result, final: { ...result.final, top1: 0.51 } } },
      { differences: ['final.top1 0.5, now 0.51'], otherCode: '', otherMachine: '' },
    ],
    [
      'has other predictions',
      { result: { ...result, predictionsSha256: 'b'.repeat(64) } },
      {
        differences: ['predictionsSha256 aaaaaaaaaaaa…, now bbbbbbbbbbbb…'],
        otherCode: '',
        otherMachine: '',
      },
    ],
    [
      'has no predictions, by earlier code',
      { result: unpredicted, spec: { ...spec, sources: '7'.repeat(64) } },
      { differences: [], otherCode: 'sources 111111111111…, now 777777777777…', otherMachine: '' },
    ],
    [
      'has no predictions, by the same code',
      { result: unpredicted },
      { differences: ['predictionsSha256 aaaaaaaaaaaa…, now none'], otherCode: '', otherMachine: '' },
    ],
    [
      'was computed by another engine',
      { spec: { ...spec, engine: { ...spec.engine, tensorflow: '2.19.0' } } },
      { differences: [], otherCode: '', otherMachine: 'engine.tensorflow 2.18.1, now 2.19.0' },
    ],
    [
      'was computed by other libraries',
      { provenance: { ...provenance, engineSha256: { 'libtensorflow.so': 'e'.repeat(64) } } },
      {
        differences: [],
        otherCode: '',
        otherMachine: 'engineSha256.libtensorflow.so none, now eeeeeeeeeeee…',
      },
    ],
    [
      'was computed on another processor',
      { timing: { ...timing, host: { ...provenance.host, cpu: 'another' } } },
      { differences: [], otherCode: '', otherMachine: 'cpu a processor, now another' },
    ],
  ])('%s', (_, change, expected) => {
    expect(compareWithRerun(original, { ...original, ...change })).toEqual(expected);
  });
});
