import type { ReachedCode } from '../store/reachedCode.ts';
import { computingCode } from '../store/resultCode.ts';

/** The code that decides what the stand-in network comes to. */
export const upstreamCode = (workspace?: string): Promise<ReachedCode> =>
  computingCode('apps/harness/src/upstream/distilWorker.ts', workspace);
