import { InputError } from '@bit-repro/artifacts';
import { architectureNamed, type Architecture, type ArchitectureName } from './architecture.ts';
import { countParameters } from './parameters.ts';

/**
 * What a model learnt from: BiT-S ILSVRC-2012, BiT-M ImageNet-21k (paper, section 3.1). The distilled models learnt
 * to predict, on images of ILSVRC-2012, what a teacher does (arXiv 2106.05237).
 */
type Upstream =
  'ILSVRC-2012' | 'ImageNet-21k' | 'ImageNet-21k, then ILSVRC-2012' | 'ILSVRC-2012, from a teacher';

/** A model with weights published by the authors of BiT (official repository, README). */
export interface PublishedModel {
  /** For example `BiT-M-R50x3`. */
  name: string;
  architecture: Architecture;
  upstream: Upstream;
  /** Of the file, below the address of all of them. */
  path: string;
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

const tuned = { upstream: 'ImageNet-21k, then ILSVRC-2012', headClasses: 1_000 } as const;
const taught = { upstream: 'ILSVRC-2012, from a teacher', headClasses: 1_000 } as const;

/**
 * Every published model: BiT-S and BiT-M in six architectures, BiT-M fine-tuned on ILSVRC-2012 in the same, and those of
 * the distillation. Not the 285 fine-tuned on tasks of VTAB.
 */
export const catalogue: readonly PublishedModel[] = [
  ...families.flatMap(({ family, ...origin }) =>
    published.map((architecture) => model(`${family}-${architecture}`, architecture, origin)),
  ),
  ...published.map((architecture) => model(`BiT-M-${architecture}-ILSVRC2012`, architecture, tuned)),
  // README, "Distilled models".
  model('BiT-R50x1-distilled-224', 'R50x1', taught, 'distill/R50x1_224.npz'),
  model('BiT-R50x1-distilled-160', 'R50x1', taught, 'distill/R50x1_160.npz'),
  model('BiT-M-R152x2-teacher-224', 'R152x2', tuned, 'distill/R152x2_T_224.npz'),
  model('BiT-M-R152x2-teacher-384', 'R152x2', tuned, 'distill/R152x2_T_384.npz'),
];

function model(
  name: string,
  architectureName: ArchitectureName,
  origin: Pick<PublishedModel, 'upstream' | 'headClasses'>,
  path = `${name}.npz`,
): PublishedModel {
  const architecture = architectureNamed(architectureName);
  return {
    name,
    architecture,
    ...origin,
    path,
    url: `https://storage.googleapis.com/bit_models/${path}`,
    parameters: countParameters(architecture),
    licence: 'Apache-2.0',
  };
}

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
