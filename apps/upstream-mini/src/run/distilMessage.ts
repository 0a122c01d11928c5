import type { Progress } from '@bit-repro/artifacts';
import { z } from 'zod';
import type { DistilEvent } from '../distil/distil.ts';

/** A message from the worker of a distillation to its parent. */
export type DistilMessage =
  DistilEvent | ({ kind: 'preparing' } & Progress) | { kind: 'failed'; message: string; remedy?: string };

export const distilMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('epoch'),
    epoch: z.number(),
    epochs: z.number(),
    loss: z.number(),
    learningRate: z.number(),
  }),
  z.object({
    kind: z.literal('measurement'),
    epoch: z.number(),
    shots1: z.number(),
    shots5: z.number(),
  }),
  z.object({ kind: z.literal('checkpoint'), step: z.number() }),
  z.object({ kind: z.literal('resumed'), step: z.number() }),
  z.object({ kind: z.literal('restarted'), reason: z.string() }),
  z.object({
    kind: z.literal('preparing'),
    label: z.string(),
    done: z.number(),
    total: z.number().exactOptional(),
    unit: z.enum(['bytes', 'items']),
  }),
  z.object({ kind: z.literal('failed'), message: z.string(), remedy: z.string().exactOptional() }),
]) satisfies z.ZodType<DistilMessage>;
