import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  BatchSampler,
  drawCropsAndFlips,
  drawFewShotSubset,
  gatherImages,
  imageBytes,
  type CropsAndFlips,
  type ImageSet,
} from '@bit-repro/data';
import type { Engine } from '@bit-repro/engine';
import { MetricsError } from '@bit-repro/metrics';
import type { Weights } from '@bit-repro/model';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { checkSpec, checkWeights } from './checkSpec.ts';
import { compiledNetwork } from './compiledNetwork.ts';
import { TrainerError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { learningRate } from './hyperRule.ts';
import type { MicroBatch, TrainableNetwork } from './network.ts';
import type { Evaluation, FineTuneResult, FineTuneSpec, TrainingEvent } from './spec.ts';

export interface FineTuneInput {
  engine: Engine;
  spec: FineTuneSpec;
  /** With a head of `spec.classes`. */
  weights: Weights;
  data: { train: ImageSet; test: ImageSet };
  onEvent: (event: TrainingEvent) => void;
  /** Whether the result holds the fine-tuned parameters, copied to host memory (0.84 GB for R50x3). */
  keepWeights?: boolean;
  /** Ends the run after the micro-batch in hand, by throwing the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Fine-tunes on a few-shot subset of the training images and scores the result on all test images, as the official
 * bit_pytorch/train.py does.
 *
 * On one machine and one engine the same input gives the same bits. The crops and flips of a step are drawn for the whole
 * batch before it is split. Other work of the process goes on between micro-batches.
 *
 * @throws TrainerError when the specification cannot be run or the weights do not fit it, and when a loss or a logit is not finite.
 * @throws DataError when the training set has too few images of a class.
 */
export async function fineTune(input: FineTuneInput): Promise<FineTuneResult> {
  const { engine, spec, weights, data, signal } = input;
  const architecture = checkSpec(spec);
  checkWeights(weights, architecture, spec.classes);
  const random = xoroshiro128plus(spec.seed);
  const subset = drawFewShotSubset(data.train.labels, spec, random);
  const sampler = new BatchSampler(subset.indices.length, spec.batch / spec.batchSplit, random);
  const drawBatch = (): MicroBatch => {
    const indices = Array.from(sampler.next(spec.batch), (position) => subset.indices[position]!);
    return {
      images: gatherImages(data.train.images, indices, imageBytes),
      labels: Uint8Array.from(indices, (index) => data.train.labels[index]!),
      cropsAndFlips: drawCropsAndFlips(spec.batch, spec, random),
    };
  };

  signal?.throwIfAborted();
  const network = compiledNetwork(engine.tf, { ...spec, architecture, weights });
  try {
    const { evaluations, stepLosses } = await train(network, drawBatch, input);
    return {
      subset,
      final: evaluations.at(-1)!,
      evaluations,
      stepLosses,
      lossesSha256: sha256(stepLosses),
      ...(input.keepWeights && { weights: network.weights() }),
    };
  } finally {
    network.dispose();
  }
}

async function train(
  network: TrainableNetwork,
  drawBatch: () => MicroBatch,
  { spec, data, onEvent, signal }: FineTuneInput,
): Promise<{ evaluations: Evaluation[]; stepLosses: Float64Array }> {
  const steps = spec.schedule.at(-1)!;
  const stepLosses = new Float64Array(steps);
  const evaluations: Evaluation[] = [];
  for (let step = 0; step < steps; step += 1) {
    const rate = learningRate(step, spec.schedule, spec.baseLr)!;
    let loss = 0;
    for (const part of split(drawBatch(), spec.batchSplit)) {
      loss += network.accumulate(part, 1 / spec.batchSplit);
      await setImmediate();
      signal?.throwIfAborted();
    }
    if (!Number.isFinite(loss)) throw diverged(`a finite loss, found ${loss}`, step, rate);
    network.update({ learningRate: rate, momentum: spec.momentum });
    stepLosses[step] = loss;
    const done = step + 1;
    onEvent({ kind: 'step', step: done, steps, loss, learningRate: rate });
    if (done === steps || (spec.evaluateEvery > 0 && done % spec.evaluateEvery === 0)) {
      const scores = await evaluate(network, data.test, {
        classes: spec.classes,
        batch: spec.evaluationBatch,
        onProgress: (progress) => {
          onEvent({ kind: 'evaluating', step: done, ...progress });
        },
        ...(signal && { signal }),
      }).catch((cause: unknown) => {
        throw cause instanceof MetricsError ? diverged('finite logits', step, rate, cause) : cause;
      });
      const evaluation = { step: done, ...scores };
      evaluations.push(evaluation);
      onEvent({ kind: 'evaluation', ...evaluation });
    }
  }
  return { evaluations, stepLosses };
}

function diverged(expected: string, step: number, rate: number, cause?: unknown): TrainerError {
  return new TrainerError(
    `Training diverged: expected ${expected} at step ${step}, learning rate ${rate}`,
    'Lower baseLr or lengthen the warm-up (the first support of the schedule).',
    { cause },
  );
}

/** Cuts a batch into parts of equal size. */
function* split({ images, labels, cropsAndFlips }: MicroBatch, parts: number): Generator<MicroBatch> {
  const size = labels.length / parts;
  for (let first = 0; first < labels.length; first += size) {
    const end = first + size;
    const cut = (values: Int32Array): Int32Array => values.subarray(first, end);
    const { top, left, flip } = cropsAndFlips;
    const ofPart: CropsAndFlips = { top: cut(top), left: cut(left), flip: cut(flip) };
    yield {
      images: images.subarray(first * imageBytes, end * imageBytes),
      labels: labels.subarray(first, end),
      cropsAndFlips: ofPart,
    };
  }
}

function sha256(values: Float64Array): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeDoubleLE(value, index * 8));
  return createHash('sha256').update(bytes).digest('hex');
}
