import { InputError } from '@bit-repro/artifacts';
import { architectureNamed, type Architecture, type ArchitectureName } from './architecture.ts';
import { countParameters } from './parameters.ts';

/** The upstream data set of a model: BiT-S used ILSVRC-2012, BiT-M ImageNet-21k (paper, section 3.1). */
type Upstream = 'ILSVRC-2012' | 'ImageNet-21k';

/** A model with weights published by the authors of BiT (official repository, README). */
export interface PublishedModel {
  /** As published, for example `BiT-M-R50x3`. */
  name: string;
  architecture: Architecture;
  upstream: Upstream;
  url: string;
  /** Number of parameters without the head. */
  parameters: number;
  /** Classes of the head in the file. */
  headClasses: number;
  /** SPDX identifier. */
  licence: 'Apache-2.0';
}

const families = [
  { family: 'BiT-S', upstream: 'ILSVRC-2012', headClasses: 1_000 },
  { family: 'BiT-M', upstream: 'ImageNet-21k', headClasses: 21_843 },
] as const;

const published: readonly ArchitectureName[] = ['R50x1', 'R50x3', 'R101x1', 'R101x3', 'R152x2', 'R152x4'];

/** Every published model: BiT-S and BiT-M in six architectures. */
export const catalogue: readonly PublishedModel[] = families.flatMap(({ family, upstream, headClasses }) =>
  published.map((architectureName) => {
    const name = `${family}-${architectureName}`;
    const architecture = architectureNamed(architectureName);
    return {
      name,
      architecture,
      upstream,
      url: `https://storage.googleapis.com/bit_models/${name}.npz`,
      parameters: countParameters(architecture),
      headClasses,
      licence: 'Apache-2.0',
    };
  }),
);

/**
 * Finds a published model by name.
 *
 * @throws InputError listing all models if there is none.
 */
export function findModel(name: string): PublishedModel {
  const model = catalogue.find((candidate) => candidate.name === name);
  if (model === undefined) {
    throw new InputError(
      `There is no published model named ${JSON.stringify(name)}`,
      `Choose one of ${catalogue.map((candidate) => candidate.name).join(', ')}.`,
    );
  }
  return model;
}
