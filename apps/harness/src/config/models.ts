import { architectureNames, catalogue } from '@bit-repro/model';

/** A network as a config names it. */
export interface ModelChoice {
  /** `BiT-M-R50x3` for a published network, else the name of an architecture. */
  name: string;
  /** Name of its architecture. */
  architecture: string;
  /** Whether weights of this name were published. */
  published: boolean;
}

/** Every name that `model` accepts: the published networks, then the bare architectures. */
const models: readonly ModelChoice[] = [
  ...catalogue.map(({ name, architecture }) => ({ name, architecture: architecture.name, published: true })),
  ...architectureNames.map((name) => ({ name, architecture: name, published: false })),
];

export const modelNames = models.map(({ name }) => name) as [string, ...string[]];

/** The network of this name, one of `modelNames`. */
export const modelNamed = (name: string): ModelChoice => models.find((model) => model.name === name)!;
