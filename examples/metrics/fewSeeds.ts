import { mannWhitneyTest, medianInterval, summarise } from '@bit-repro/metrics';

/** What a handful of runs of two methods can show. */
export function fewSeeds(ours: readonly number[], theirs: readonly number[]): string {
  const { median } = summarise(ours);
  const interval = medianInterval(ours, 0.9);
  const test = mannWhitneyTest(ours, theirs, 0.05);
  return [
    `median ${median}`,
    interval.kind === 'refused' ? `no interval: ${interval.reason}` : `${interval.low} to ${interval.high}`,
    test.kind === 'refused' ? `no test: ${test.reason}` : `p = ${test.p.toFixed(3)}`,
  ].join('; ');
}
