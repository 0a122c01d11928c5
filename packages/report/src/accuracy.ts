import type { RunRecord } from '@bit-repro/runs';

/** From whole hits, or 12.54 % would be 12.540000000000001 %. */
export function percentOf(
  { result }: { result: Pick<RunRecord['result'], 'final'> },
  score: 'top1' | 'top5',
): number {
  const { samples, [score]: share } = result.final;
  return (100 * Math.round(share * samples)) / samples;
}
