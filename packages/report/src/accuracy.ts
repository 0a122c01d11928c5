import type { RunRecord } from '@bit-repro/runs';

/** From whole hits, or 12.54 % would be 12.540000000000001 %. Undefined if top-5 says nothing. */
export function percentOf(record: Scored, score: 'top1'): number;
export function percentOf(record: Scored, score: 'top5'): number | undefined;
export function percentOf({ result }: Scored, score: 'top1' | 'top5'): number | undefined {
  const { samples, [score]: share } = result.final;
  return share === undefined ? undefined : (100 * Math.round(share * samples)) / samples;
}

interface Scored {
  result: Pick<RunRecord['result'], 'final'>;
}
