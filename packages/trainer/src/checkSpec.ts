import { imageSide } from '@bit-repro/data';
import type { Flavour } from '@bit-repro/engine';
import { architectureNamed, parameterShapes, type Architecture, type Weights } from '@bit-repro/model';
import { TrainerError } from './errors.ts';
import { checkSupports } from './hyperRule.ts';
import { precisions } from './network.ts';
import { checkSizes } from './preprocess.ts';
import type { FineTuneSpec } from './spec.ts';

/**
 * The architecture of a specification that can be run by a TensorFlow of this flavour.
 *
 * @throws TrainerError naming the first field that cannot, or ModelError for an unknown architecture.
 */
export function checkSpec(spec: FineTuneSpec, flavour: Flavour): Architecture {
  for (const field of ['classes', 'shots', 'batch', 'evaluationBatch'] as const) {
    expect(field, 'a whole number from 1 up', spec[field], Number.isInteger(spec[field]) && spec[field] >= 1);
  }
  const { evaluateEvery, seed, baseLr, momentum, batch, batchSplit } = spec;
  expect('seed', 'a 32-bit whole number', seed, seed === (seed | 0));
  expect(
    'evaluateEvery',
    'a whole number from 0 up',
    evaluateEvery,
    Number.isInteger(evaluateEvery) && evaluateEvery >= 0,
  );
  expect('baseLr', 'a positive number', baseLr, Number.isFinite(baseLr) && baseLr > 0);
  expect('momentum', 'a number from 0 to below 1', momentum, momentum >= 0 && momentum < 1);
  expect(
    'batchSplit',
    `auto or a divisor of the batch (${batch})`,
    batchSplit,
    batchSplit === 'auto' || (Number.isInteger(batchSplit) && batchSplit >= 1 && batch % batchSplit === 0),
  );
  expect('precision', `one of ${precisions.join(', ')}`, spec.precision, precisions.includes(spec.precision));
  expect(
    'precision',
    'float32 or bfloat16 where the processor computes, which has no TF32',
    spec.precision,
    flavour === 'cuda' || spec.precision !== 'tensorfloat32',
  );
  expect('mixup', '0, the only strength built', spec.mixup, (spec.mixup as number) === 0);
  checkSupports(spec.schedule);
  checkSizes(imageSide, spec);
  return architectureNamed(spec.architecture);
}

/** Throws a TrainerError naming the first parameter that is missing or has another shape than the network needs. */
export function checkWeights(weights: Weights, architecture: Architecture, classes: number): void {
  for (const { name, shape } of parameterShapes(architecture, classes)) {
    const found = weights.get(name)?.shape.join(', ');
    if (found !== shape.join(', ')) {
      throw new TrainerError(
        `Expected ${name} of shape [${shape.join(', ')}] for ${architecture.name} and ${classes} classes, found ${found === undefined ? 'none' : `[${found}]`}`,
        'Give the weights of this architecture, with a head of this many classes.',
      );
    }
  }
}

function expect(field: string, expectation: string, found: unknown, holds: boolean): void {
  if (!holds) {
    throw new TrainerError(
      `Expected ${field} to be ${expectation}, found ${String(found)}`,
      `Correct ${field} in the experiment.`,
    );
  }
}
