import { createHash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import { recipeSchema } from '../distil/recipe.ts';
import { z } from 'zod';
import { type Provenance, runSpecSchema } from '@bit-repro/runs';

const canonical = configure({ deterministic: true, strict: true });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fraction = z.number().min(0).max(1);

/** The files of a distillation's folder besides those of a run. */
export const upstreamFiles = { network: 'network.npz' } as const;

/** Specification of a distillation: everything that its result depends on. */
export const upstreamSpecSchema = z.strictObject({
  version: z.literal(1),
  /** Display name of the network. */
  name: z.string(),
  recipe: recipeSchema,
  teacher: z.strictObject({ name: z.string(), version: z.string(), sha256 }),
  dataset: runSpecSchema.shape.dataset,
  engine: runSpecSchema.shape.engine,
  sources: sha256,
});

/** Result of a distillation. */
export const upstreamResultSchema = z.strictObject({
  key: sha256,
  /** Mean of 1 - cosine over the last epoch. */
  loss: z.number(),
  /**
   * Top-1 on the test images by the nearest mean of few-shot features, averaged over the subsets of seeds 0
   * to 4.
   */
  nearestCentroid: z.strictObject({ shots1: fraction, shots5: fraction }),
  network: z.strictObject({
    parameters: z.int().positive(),
    type: z.literal('float16'),
    bytes: z.int().positive(),
    sha256,
  }),
});

export type UpstreamSpec = z.infer<typeof upstreamSpecSchema>;
export type UpstreamResult = z.infer<typeof upstreamResultSchema>;

/** The origin of the network in this repository. */
export interface UpstreamProvenance {
  name: string;
  madeAt: string;
  seconds: number;
  spec: UpstreamSpec;
  result: UpstreamResult;
  provenance: Provenance;
}

/** The SHA-256 of everything that can change the result. */
export const upstreamKey = ({ name, ...spec }: UpstreamSpec): string =>
  createHash('sha256').update(canonical(spec)).digest('hex');

/** The name of a distillation's folder. */
export const upstreamId = (spec: UpstreamSpec): string =>
  `${spec.name.toLowerCase()}-seed${spec.recipe.seed}-${upstreamKey(spec).slice(0, 12)}`;
