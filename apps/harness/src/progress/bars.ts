import type { Job } from '@bit-repro/launch';
import { apart, bar, leftOf, percentOf, fitting } from '@bit-repro/terminal';
import { inDigits, nameOfRun } from '@bit-repro/artifacts';
import { plainName, shortName } from './names.ts';

/** A running run. */
export interface Going {
  job: Job;
  step: number;
  /** The current activity, from the longest to the shortest form. */
  doing: readonly [full: string, plain: string, brief: string];
  /** Steps per second; undefined until known. */
  perSecond?: number | undefined;
}

/** The progress line of a run. */
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

/** The progress line of all runs: how many have ended, and a summary in words. */
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
