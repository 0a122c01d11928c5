import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Architecture } from './architecture.ts';
import { headBias, headKernel, parameterShapes, sizeOf, type Weights } from './parameters.ts';

/**
 * Random weights: He-normal kernels (standard deviation sqrt(2 / fan-in)), identity norms (gamma 1, beta 0)
 * and a zero head, from which BiT starts fine-tuning.
 */
export function randomWeights(architecture: Architecture, classes: number, random: RandomGenerator): Weights {
  return new Map(
    parameterShapes(architecture, classes).map(({ name, shape }) => {
      const data = new Float32Array(sizeOf(shape));
      if (name.endsWith('/gamma')) data.fill(1);
      else if (name.endsWith('/standardized_conv2d/kernel')) {
        const [height, width, input] = shape as [number, number, number, number];
        fillNormal(data, Math.sqrt(2 / (height * width * input)), random);
      }
      return [name, { shape, data }];
    }),
  );
}

/** The same weights with a zero head for `classes`, as BiT replaces the head before fine-tuning. */
export function withZeroHead(weights: Weights, architecture: Architecture, classes: number): Weights {
  const heads = parameterShapes(architecture, classes).filter(
    ({ name }) => name === headKernel || name === headBias,
  );
  return new Map([
    ...weights,
    ...heads.map(({ name, shape }) => [name, { shape, data: new Float32Array(sizeOf(shape)) }] as const),
  ]);
}

/** Fills with normal draws of mean 0, two at a time by the Box-Muller transform. */
function fillNormal(data: Float32Array, deviation: number, random: RandomGenerator): void {
  for (let index = 0; index < data.length; index += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const angle = 2 * Math.PI * uniformFloat64(random);
    data[index] = radius * Math.cos(angle);
    if (index + 1 < data.length) data[index + 1] = radius * Math.sin(angle);
  }
}
