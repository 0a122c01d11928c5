import { z } from 'zod';

/** The failure that a worker reports to its launcher, besides the error in its folder. */
export const workerFailureSchema = z.strictObject({
  message: z.string(),
  remedy: z.string().optional(),
  transient: z.literal(true).optional(),
});

export type WorkerFailure = z.infer<typeof workerFailureSchema>;
