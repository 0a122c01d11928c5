import { architectureNames, catalogue } from '@bit-repro/model';
import { embeddedNetwork } from '@bit-repro/stand-in';

/** A network as a config names it. */
export interface ModelChoice {
  /**
   * `BiT-M-R50x3` for a published network, `BiT-mini` for the embedded one, otherwise the name of an
   * architecture.
   */
  name: string;
  architecture: string;
  /** The weights that the name stands for; runs with others must not use it. Absent for an architecture. */
  weights?: 'published' | 'embedded';
}

/** Every valid `model`: the published networks, the embedded one, then the bare architectures. */
const models: readonly ModelChoice[] = [
  ...catalogue.map(({ name, architecture }) => ({
    name,
    architecture: architecture.name,
    weights: 'published' as const,
  })),
  { name: embeddedNetwork.name, architecture: embeddedNetwork.architecture, weights: 'embedded' },
  ...architectureNames.map((name) => ({ name, architecture: name })),
];

export const modelNames = models.map(({ name }) => name) as [string, ...string[]];

/** Finds a network by one of `modelNames`. */
export const modelNamed = (name: string): ModelChoice => models.find((model) => model.name === name)!;
