import { type ReachedCode, computingCode } from '@bit-repro/runs';

/** The code that decides what the stand-in network comes to. */
export const upstreamCode = (workspace?: string): Promise<ReachedCode> =>
  computingCode('apps/upstream-mini/src/run/distilWorker.ts', workspace);
