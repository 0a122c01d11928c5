import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ExplainedError, InputError } from '@bit-repro/artifacts';
import { drawSubset } from '@bit-repro/data';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { fineTune, type FineTuneResult, type FineTuneSpec, type TrainingEvent } from '../src/index.ts';
import { engine, tf } from './engine.ts';
import { runTinyTask, weightsSha256 } from './runTinyTask.ts';
import { data, spec, weights } from './tinyTask.ts';

async function run(
  changes: Partial<FineTuneSpec> = {},
  options: { signal?: AbortSignal; onEvent?: (event: TrainingEvent) => void } = {},
): Promise<FineTuneResult & { events: TrainingEvent[] }> {
  const events: TrainingEvent[] = [];
  const result = await fineTune({
    engine,
    spec: { ...spec, ...changes },
    loadWeights: () => Promise.resolve(weights),
    data,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    keepWeights: true,
    ...(options.signal && { signal: options.signal }),
  });
  return { ...result, events };
}

const kinds = (events: readonly TrainingEvent[]): string[] =>
  events.map((event) => {
    if (event.kind === 'evaluating') return `evaluating ${event.done}`;
    return event.kind === 'restarted' ? event.kind : `${event.kind} ${event.step}`;
  });

describe('fineTune', () => {
  it('reports each step and the evaluation at the end', async () => {
    const { events, stepLosses } = await run();
    expect(kinds(events)).toEqual([
      'step 1',
      'step 2',
      'step 3',
      'step 4',
      'evaluating 5',
      'evaluating 7',
      'evaluation 4',
    ]);
    const steps = events.filter((event) => event.kind === 'step');
    expect(steps.map(({ learningRate }) => learningRate)).toEqual([0, 0.0015, 0.003, 0.003]);
    expect(steps.map(({ loss }) => loss)).toEqual([...stepLosses]);
    expect(steps.every(({ steps: total }) => total === 4)).toBe(true);
  });

  it('evaluates at the given interval, and once at the end', async () => {
    const { evaluations, final } = await run({ evaluateEvery: 2 });
    expect(evaluations.map(({ step }) => step)).toEqual([2, 4]);
    expect(final).toBe(evaluations[1]);
    expect(final.samples).toBe(7);
    expect(final).not.toHaveProperty('top5'); // with three classes
  });

  it('starts with the loss of a zero head', async () => {
    const { stepLosses } = await run();
    expect(stepLosses[0]).toBeCloseTo(Math.log(3), 6);
  });

  it('learns its training images', async () => {
    const { stepLosses } = await run({ schedule: [4, 20], batch: 6 });
    expect(stepLosses.at(-1)).toBeLessThan(stepLosses[0]! / 2);
  });

  it('hashes the losses as little-endian doubles', async () => {
    const { stepLosses, lossesSha256 } = await run();
    const bytes = new DataView(new ArrayBuffer(stepLosses.length * 8));
    stepLosses.forEach((loss, step) => {
      bytes.setFloat64(step * 8, loss, true);
    });
    expect(lossesSha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('draws the subset first, whatever else differs between arms', async () => {
    const expected = drawSubset(data.train.labels, spec, xoroshiro128plus(spec.seed));
    expect((await run()).subset).toEqual(expected);
    expect((await run({ baseLr: 0.001, schedule: [1, 2], batch: 2 })).subset).toEqual(expected);
  });

  it('uses all training images if asked, and records their number alone', async () => {
    const { subset, stepLosses } = await run({ shots: 'all', batch: 12, batchSplit: 1 });
    expect(subset).toEqual({ all: 12 });
    expect(stepLosses[0]).toBeCloseTo(Math.log(3), 6);
  });

  it('uses the same images, crops and flips for any batch split', async () => {
    const [split, whole] = [await run({ batchSplit: 2 }), await run({ batchSplit: 1 })];
    split.stepLosses.forEach((loss, step) => {
      expect(loss / whole.stepLosses[step]!).toBeCloseTo(1, 4);
    });
  });

  it('mixes the same images for any batch split, and others than without MixUp', async () => {
    const changes = { mixup: 0.1, batch: 6, baseLr: 0.1 };
    const automatic = await run({ ...changes, batchSplit: 'auto' });
    expect(automatic.lossesSha256).toBe((await run({ ...changes, batchSplit: 1 })).lossesSha256);
    expect(automatic.stepLosses[2]).not.toBeCloseTo((await run({ ...changes, mixup: 0 })).stepLosses[2]!, 2);
  });

  it('does not change the given weights, and leaves no tensor behind', async () => {
    const before = weightsSha256(weights);
    const tensors = tf.memory().numTensors;
    const result = await run();
    expect(weightsSha256(weights)).toBe(before);
    expect(weightsSha256(result.weights!)).not.toBe(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('determinism', () => {
  it('gives the same bits in the same process and in two others', async () => {
    const script = fileURLToPath(new URL('printTinyTask.ts', import.meta.url));
    const apart = async (): Promise<unknown> =>
      JSON.parse((await promisify(execFile)(process.execPath, ['--import', 'tsx', script])).stdout);
    const first = await runTinyTask(engine);
    expect(await runTinyTask(engine)).toEqual(first);
    expect(await apart()).toEqual(first);
    expect(await apart()).toEqual(first);
  });

  it('gives different bits for a different seed', async () => {
    const [one, other] = [await run({ seed: 1 }), await run({ seed: 2 })];
    expect(one.lossesSha256).not.toBe(other.lossesSha256);
  });
});

describe('stopping', () => {
  it('ends after the current micro-batch, and frees the network', async () => {
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    const seen: string[] = [];
    const running = run(
      { schedule: [2, 1000] },
      {
        signal: controller.signal,
        onEvent: (event) => {
          seen.push(...kinds([event]));
          if (event.kind === 'step' && event.step === 2) controller.abort();
        },
      },
    );
    await expect(running).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(seen).toEqual(['step 1', 'step 2']);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('ends an evaluation', async () => {
    const controller = new AbortController();
    const running = run(
      {},
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind === 'evaluating') controller.abort();
        },
      },
    );
    await expect(running).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  it('before the start prevents it', async () => {
    await expect(run({}, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  });

  it('leaves the process free for other work between micro-batches', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await run();
    clearImmediate(next);
    // Four steps of two micro-batches each.
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  it('reports the step and the learning rate if the loss is no longer finite', async () => {
    const running = run({ baseLr: 1e30, schedule: [1, 5] });
    await expect(running).rejects.toThrow(ExplainedError);
    await expect(running).rejects.toThrow(
      /expected a finite loss, found (NaN|Infinity) at step 3, learning rate 1e\+30/,
    );
  });
});

describe('bad input', () => {
  it.each<[Partial<FineTuneSpec> | Record<string, unknown>, string]>([
    [{ shots: 0 }, 'shots is 0: Too small'],
    [{ classes: 21_844 }, 'classes is 21844: Too big'],
    [{ classes: 2.5 }, 'classes is 2.5: Invalid input: expected int'],
    [{ batchSplit: 3 }, 'batchSplit must be auto or a divisor of the batch (4), but it is 3'],
    [{ baseLr: -0.003 }, 'baseLr is -0.003: Too small: expected number to be >0'],
    [{ baseLr: NaN }, 'baseLr is NaN: Invalid input'],
    [{ momentum: 1 }, 'momentum is 1: Too big: expected number to be <1'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296: '],
    [{ evaluateEvery: -1 }, 'evaluateEvery is -1: Too small'],
    [{ mixup: 1.5 }, 'mixup is 1.5: Too big: expected number to be <=1'],
    [{ schedule: [] }, 'schedule is []: Too small'],
    [{ schedule: [5, 5] }, 'schedule is [ 5, 5 ]: steps in strictly ascending order'],
    [{ schedule: [0, 5] }, 'schedule is [ 0, 5 ]: Too small'],
    [{ resize: 16 }, 'resize is 16: Too small'],
    [{ precision: 'float16' }, "precision is 'float16': Invalid option: expected one of "],
    [
      { precision: 'tensorfloat32' },
      'precision must be float32 or bfloat16 on a processor, which has no TF32, but it is tensorfloat32',
    ],
    [{ crop: 41 }, 'crop must be from 1 to 40 pixels, but it is 41'],
  ])('is refused: %j', async (changes, message) => {
    await expect(run(changes)).rejects.toThrow(message);
  });

  it('an unknown architecture is refused', async () => {
    await expect(run({ architecture: 'R50x7' })).rejects.toThrow(InputError);
  });

  it('weights of another architecture are refused', async () => {
    await expect(run({ architecture: 'R50x1' })).rejects.toThrow(
      /Expected .*kernel of shape \[7, 7, 3, 64\] for R50x1 and 3 classes, found \[7, 7, 3, 32\]/,
    );
  });
});
