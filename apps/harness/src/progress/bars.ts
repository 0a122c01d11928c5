import type { Progress } from '@bit-repro/artifacts';
import type { Job } from '../launch/launcher.ts';
import { inLine } from '../terminal/clean.ts';
import { fitting, shortened } from '../terminal/fit.ts';
import { inBytes, inDigits, inSeconds, nameOfRun } from '../words.ts';
import { apart, plainName, shortName } from './names.ts';

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

/** The line of a download or of another long task. */
export function taskBar(
  { label, done, total, unit }: Progress,
  perSecond: number | undefined,
  columns: number,
): string {
  const name = inLine(label);
  const inUnit = (count: number): string => (unit === 'bytes' ? inBytes(count) : count.toLocaleString('en'));
  const shortest = (begin: string, end: string): string =>
    apart(begin, shortened(name, columns - apart(begin, end).length - 2), end);
  if (total === undefined || total === 0)
    return fitting(columns, apart(name, inUnit(done)), shortest('', inUnit(done)));
  const share = done / total;
  const counts = `${inUnit(done)} of ${inUnit(total)}`;
  const left = leftOf(total - done, perSecond);
  return fitting(
    columns,
    apart(bar(share, 20), name, counts, left),
    apart(bar(share, 10), name, counts, left),
    apart(bar(share, 10), name, left),
    shortest(percentOf(share), left),
  );
}

function bar(share: number, columns: number): string {
  const filled = Math.floor(within(share) * columns);
  return `${'█'.repeat(filled)}${'░'.repeat(columns - filled)} ${percentOf(share)}`;
}

const percentOf = (share: number): string => `${Math.floor(100 * within(share))}%`.padStart(4);

/** What is counted may be more than was said. */
const within = (share: number): number => Math.min(1, Math.max(0, share));

const leftOf = (count: number, perSecond: number | undefined): string =>
  perSecond === undefined || count <= 0 ? '' : `${inSeconds(count / perSecond)} left`;
