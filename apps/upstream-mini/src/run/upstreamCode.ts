import { type ReachedCode, computingCode } from '@bit-repro/runs';

/** The code that the stand-in network depends on. */
export const upstreamCode = (workspace?: string): Promise<ReachedCode> =>
  computingCode('apps/upstream-mini/src/run/distilWorker.ts', workspace);
