import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fineTune, type FineTuneResult, type FineTuneSpec, type TrainingEvent } from '../src/index.ts';
import { engine } from './engine.ts';
import { weightsSha256 } from './runTinyTask.ts';
import { data, spec as tinySpec, weights } from './tinyTask.ts';

const spec: FineTuneSpec = { ...tinySpec, schedule: [2, 6], evaluateEvery: 2 };
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Outcome {
  result?: FineTuneResult;
  events: TrainingEvent[];
}

/** Runs until `stop` says so of an event, or to the end. */
async function run(
  stop: (event: TrainingEvent) => boolean = () => false,
  given = spec,
  everySeconds = 1e6,
): Promise<Outcome> {
  const controller = new AbortController();
  const events: TrainingEvent[] = [];
  const running = fineTune({
    engine,
    spec: given,
    loadWeights: () => Promise.resolve(weights),
    data,
    keepWeights: true,
    checkpoints: { folder, everySeconds },
    signal: controller.signal,
    onEvent: (event) => {
      events.push(event);
      if (stop(event)) controller.abort(new Error('stopped'));
    },
  });
  return running.then(
    (result) => ({ result, events }),
    (error: unknown) => {
      if ((error as Error).message !== 'stopped') throw error;
      return { events };
    },
  );
}

const bits = ({ weights: trained, ...rest }: FineTuneResult): unknown => ({
  ...rest,
  weights: weightsSha256(trained!),
});
const kinds = (events: readonly TrainingEvent[]): string[] => events.map(({ kind }) => kind);

describe.each([1, 2] as const)('a run in %d part(s) a step that goes on from a checkpoint', (batchSplit) => {
  const given = { ...spec, batchSplit };

  it.each<[string, (event: TrainingEvent) => boolean]>([
    ['a step', (event) => event.kind === 'step' && event.step === 3],
    ['a step that an evaluation follows', (event) => event.kind === 'step' && event.step === 4],
    ['half an evaluation', (event) => event.kind === 'evaluating' && event.step === 4],
    ['the last step', (event) => event.kind === 'step' && event.step === 6],
  ])('has the bits of one that was never interrupted, after %s', async (_, stop) => {
    const { result: whole } = await run(undefined, given);
    const { result: none, events } = await run(stop, given);
    expect(none).toBeUndefined();
    expect(kinds(events)).toContain('checkpoint');
    const { result, events: later } = await run(undefined, given);
    expect(later[0]!.kind).toBe('resumed');
    expect(bits(result!)).toEqual(bits(whole!));
  });
});

describe('checkpoints', () => {
  it('are written at intervals, one at a time, and removed at the end', async () => {
    const left: number[] = [];
    const { events } = await run(
      (event) => {
        if (event.kind === 'checkpoint') left.push(readdirSync(folder).length);
        return false;
      },
      spec,
      0,
    );
    expect(kinds(events).filter((kind) => kind === 'checkpoint')).toHaveLength(6);
    expect(new Set(left)).toEqual(new Set([2]));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, (file: string) => void]>([
    [
      'cut short',
      (file) => {
        truncateSync(file, 1000);
      },
    ],
    [
      'altered',
      (file) => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(file, bytes);
      },
    ],
    [
      'gone',
      (file) => {
        rmSync(file);
      },
    ],
  ])('that are %s are told and not used', async (_, damage) => {
    const { result: whole } = await run();
    await run((event) => event.kind === 'step' && event.step === 3);
    damage(
      join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.npz'))!,
      ),
    );
    const { result, events } = await run();
    expect(events[0]).toMatchObject({
      kind: 'restarted',
      reason: expect.stringContaining('checkpoint') as string,
    });
    expect(bits(result!)).toEqual(bits(whole!));
  });

  it('of another run are not used', async () => {
    await run((event) => event.kind === 'step' && event.step === 3);
    const { events } = await run(undefined, { ...spec, seed: 8 });
    expect(events[0]!.kind).toBe('restarted');
  });

  it('are named when training diverges', async () => {
    const wild = { ...spec, baseLr: 1e30, schedule: [1, 20], evaluateEvery: 0 };
    await expect(run(undefined, wild, 0)).rejects.toThrow(/the last checkpoint is of step \d+/);
  });
});
