import type { Job } from '@bit-repro/launch';
import { apart, bar, leftOf, percentOf, fitting } from '@bit-repro/terminal';
import { inDigits, nameOfRun } from '@bit-repro/artifacts';
import { plainName, shortName } from './names.ts';

/** A run that goes on. */
export interface Going {
  job: Job;
  step: number;
  /** What it does, at ever less length. */
  doing: readonly [full: string, plain: string, brief: string];
  /** Steps; absent while it cannot be told. */
  perSecond?: number | undefined;
}

/** The line of a run that goes on. */
export function runBar({ job, step, doing, perSecond }: Going, columns: number): string {
  const [full, plain, brief] = doing;
  const share = step / job.steps;
  const images = perSecond === undefined ? '' : inDigits(perSecond * job.batch);
  const [rate, shortRate] = images === '' ? ['', ''] : [`${images} images/s`, `${images}/s`];
  const left = leftOf(job.steps - step, perSecond);
  const percent = percentOf(share);
  const least = left === '' ? brief : left;
  const room = columns - apart(percent, least).length - 2;
  return fitting(
    columns,
    apart(bar(share, 20), nameOfRun(job.id, job.arm), full, rate, left),
    apart(bar(share, 20), plainName(job), full, rate, left),
    apart(bar(share, 20), plainName(job), plain, rate, left),
    apart(bar(share, 10), plainName(job), plain, rate, left),
    apart(bar(share, 10), plainName(job), brief, shortRate, left),
    apart(percent, plainName(job), brief, shortRate, left),
    apart(percent, shortName(job), brief, left),
    apart(percent, shortName(job), least),
    apart(percent, shortName(job, room), least),
  );
}

/** The line of all runs: how many are over, and what became of them in words. */
export function totalBar(over: number, runs: number, words: string, columns: number): string {
  const share = over / runs;
  return fitting(
    columns,
    apart(bar(share, 20), 'all runs', words),
    apart(bar(share, 10), 'all runs', words),
    apart(percentOf(share), words),
    words,
  );
}
