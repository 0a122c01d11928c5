import { z } from 'zod';

/** Images/s, bytes of the GPU's memory, TFLOP/s: of one program. */
const sideSchema = z.object({
  train: z.number(),
  eval: z.number(),
  memory: z.number().nullable(),
  first: z.number().exactOptional(),
  trainTflops: z.number().exactOptional(),
  productTflops: z.number().exactOptional(),
});
/** One round: both on the same card, one after the other. */
export const roundsSchema = z.array(z.object({ peer: sideSchema.exactOptional(), ours: sideSchema }));
export type Side = z.infer<typeof sideSchema>;
