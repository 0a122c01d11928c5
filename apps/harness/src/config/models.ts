import { architectureNames, type ArchitectureName } from '@bit-repro/model';

/** A network as a config names it. */
export interface ModelChoice {
  /** `BiT-M-R50x3` for a published network, else the name of an architecture. */
  name: string;
  architecture: ArchitectureName;
  /** Whether weights of this name were published. */
  published: boolean;
}

const upstreams = ['BiT-S', 'BiT-M'] as const;
const unpublished: readonly ArchitectureName[] = ['mini'];

/** Every name that `model` accepts: the published networks, then the bare architectures. */
export const models: readonly ModelChoice[] = [
  ...upstreams.flatMap((upstream) =>
    architectureNames
      .filter((architecture) => !unpublished.includes(architecture))
      .map((architecture) => ({ name: `${upstream}-${architecture}`, architecture, published: true })),
  ),
  ...architectureNames.map((architecture) => ({ name: architecture, architecture, published: false })),
];

export const modelNames = models.map(({ name }) => name) as [string, ...string[]];

export const modelNamed = (name: string): ModelChoice => models.find((model) => model.name === name)!;
