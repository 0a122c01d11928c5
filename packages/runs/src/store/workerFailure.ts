import { z } from 'zod';

/** What a worker tells the launcher that started it of its failure, beside what it leaves in its folder. */
export const workerFailureSchema = z.strictObject({
  message: z.string(),
  remedy: z.string().optional(),
  transient: z.literal(true).optional(),
});

export type WorkerFailure = z.infer<typeof workerFailureSchema>;
