import { InputError } from '@bit-repro/artifacts';
import { inspect } from 'node:util';
import type { Flavour } from '@bit-repro/engine';
import { architectureNamed, parameterShapes, type Architecture, type Weights } from '@bit-repro/model';
import { fineTuneSchema, type FineTuneSpec } from './spec.ts';

/**
 * Validates a specification for TensorFlow of this flavour, and returns its architecture.
 *
 * @throws InputError naming the first invalid field.
 */
export function checkSpec(spec: FineTuneSpec, flavour: Flavour): Architecture {
  const { error } = fineTuneSchema.safeParse(spec);
  if (error !== undefined) {
    const { path, message } = error.issues[0]!;
    const field = path[0] as keyof FineTuneSpec;
    throw new InputError(
      `Invalid specification: ${field} is ${inspect(spec[field])}: ${message}`,
      `Correct ${field} in the experiment.`,
    );
  }
  const { batch, batchSplit, precision } = spec;
  if (batchSplit !== 'auto' && batch % batchSplit !== 0) {
    throw new InputError(
      `batchSplit must be auto or a divisor of the batch (${batch}), but it is ${batchSplit}`,
      'Correct batchSplit in the experiment.',
    );
  }
  if (flavour !== 'cuda' && precision === 'tensorfloat32') {
    throw new InputError(
      'precision must be float32 or bfloat16 on a processor, which has no TF32, but it is tensorfloat32',
      'Correct precision in the experiment.',
    );
  }
  return architectureNamed(spec.architecture);
}

/** Throws an Error naming the first parameter that is missing or has the wrong shape for the network. */
export function checkWeights(weights: Weights, architecture: Architecture, classes: number): void {
  for (const { name, shape } of parameterShapes(architecture, classes)) {
    const found = weights.get(name)?.shape.join(', ');
    if (found !== shape.join(', ')) {
      throw new Error(
        `Expected ${name} of shape [${shape.join(', ')}] for ${architecture.name} and ${classes} classes, found ${found === undefined ? 'none' : `[${found}]`}`,
      );
    }
  }
}
