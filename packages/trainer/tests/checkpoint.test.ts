import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fineTune,
  removeState,
  type FineTuneResult,
  type FineTuneSpec,
  type TrainingEvent,
} from '../src/index.ts';
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

/** Runs until `stop` is true for an event, or to the end. */
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
      if (!stop(event)) return;
      controller.abort(new Error('stopped'));
      // Nothing looks at the signal after the last evaluation, but whoever is told of it may fail.
      if (event.kind === 'evaluation') controller.signal.throwIfAborted();
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

const bits = ({ weights: trained, waitedSeconds: _, ...rest }: FineTuneResult): unknown => ({
  ...rest,
  weights: weightsSha256(trained!),
});
const kinds = (events: readonly TrainingEvent[]): string[] => events.map(({ kind }) => kind);

describe.each([
  { batchSplit: 1, mixup: 0 },
  { batchSplit: 2, mixup: 0 },
  { batchSplit: 2, mixup: 0.1 },
])('a run resumed from a checkpoint, with $batchSplit part(s) per step and MixUp of $mixup', (changes) => {
  const given = { ...spec, ...changes };

  it.each<[string, (event: TrainingEvent) => boolean]>([
    ['a step', (event) => event.kind === 'step' && event.step === 3],
    ['a step before an evaluation', (event) => event.kind === 'step' && event.step === 4],
    ['half an evaluation', (event) => event.kind === 'evaluating' && event.step === 4],
    ['the last step', (event) => event.kind === 'step' && event.step === 6],
    ['the last evaluation', (event) => event.kind === 'evaluation' && event.step === 6],
  ])('has the bits of an uninterrupted run, if interrupted after %s', async (_, stop) => {
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
  it('are written at intervals, one at a time; the last is kept until it is removed', async () => {
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
    expect(readdirSync(folder)).toEqual(['checkpoint-6.npz', 'checkpoint.json']);
    await removeState(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, (file: string) => void]>([
    [
      'truncated',
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
  ])('that are %s are reported and not used', async (_, damage) => {
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

  it('are written and removed beside leftovers of a killed writer of an earlier version', async () => {
    mkdirSync(join(folder, 'checkpoint-2.npz.lock'));
    writeFileSync(join(folder, 'checkpoint-2.npz.partial'), 'half');
    writeFileSync(join(folder, '.checkpoint.json.00000000-0000-0000-0000-000000000000'), 'half');
    await run(undefined, spec, 0);
    expect(readdirSync(folder)).toEqual(['checkpoint-6.npz', 'checkpoint.json']);
  });

  it('are not written once another process may write them', async () => {
    const notOurs = (): void => {
      throw new Error('another has it');
    };
    const running = fineTune({
      ...{ engine, spec, data, loadWeights: () => Promise.resolve(weights), onEvent: () => undefined },
      checkpoints: { folder, everySeconds: 0, requireHeld: notOurs },
    });
    await expect(running).rejects.toThrow('another has it');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    [
      'a changed loss',
      (text) => text.replace(/"stepLosses":\[(\d)/, (_, digit) => `"stepLosses":[${9 - Number(digit)}`),
    ],
    [
      'an invented evaluation',
      (text) => text.replace('"evaluations":[', '"evaluations":[{"step":1,"top1":1,"loss":0,"samples":10},'),
    ],
    ['a step that was not reached', (text) => text.replace(/"step":3,/, '"step":1000000000,')],
    ['invalid JSON', (text) => text.slice(0, -10)],
    ['another version', (text) => text.replace('"version":3', '"version":2')],
  ])('with %s in their record are reported and not used', async (_, change) => {
    const { result: whole } = await run();
    await run((event) => event.kind === 'step' && event.step === 3);
    const file = join(folder, 'checkpoint.json');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, change(before));
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    const { result, events } = await run();
    expect(events[0]!.kind).toBe('restarted');
    expect(bits(result!)).toEqual(bits(whole!));
  });

  it('that cannot be read stop the run, and are kept', async () => {
    await run((event) => event.kind === 'step' && event.step === 3);
    const before = readdirSync(folder);
    const file = join(folder, 'checkpoint.json');
    const record = readFileSync(file);
    rmSync(file);
    mkdirSync(file);
    await expect(run()).rejects.toMatchObject({ remedy: expect.stringMatching(/move it away/i) as string });
    rmSync(file, { recursive: true });
    writeFileSync(file, record);
    expect(readdirSync(folder)).toEqual(before);
    expect((await run()).events[0]).toEqual({ kind: 'resumed', step: 3 });
  });

  it('of another run are not used', async () => {
    await run((event) => event.kind === 'step' && event.step === 3);
    const { events } = await run(undefined, { ...spec, seed: 8 });
    expect(events[0]!.kind).toBe('restarted');
  });

  it('are named if training diverges', async () => {
    const wild = { ...spec, baseLr: 1e30, schedule: [1, 20], evaluateEvery: 0 };
    await expect(run(undefined, wild, 0)).rejects.toThrow(/the last checkpoint is of step \d+/);
  });
});
