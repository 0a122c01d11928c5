import prettyMs from 'pretty-ms';
import { inLine } from './clean.ts';

/**
 * A duration for display, in at most two neighbouring units. Zero, or a negative one from two machines' clocks, is shown as a
 * tenth of a second.
 */
export function inTime(seconds: number): string {
  if (seconds < 10) {
    return prettyMs(1000 * Math.max(seconds, 0.1), { secondsDecimalDigits: 1, subSecondsAsDecimals: true });
  }
  const smallest = seconds >= 86_400 ? 3600 : seconds >= 3600 ? 60 : 1;
  return prettyMs(1000 * smallest * Math.round(seconds / smallest), { unitCount: 2 });
}

/** An estimated duration in whole seconds, at least one. */
export const inSeconds = (seconds: number): string => inTime(Math.max(1, Math.round(seconds)));

/** A measured number with three significant digits and thousands separators, never in exponent notation. */
export const inDigits = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 3 });

/** A fraction from 0 to 1 as a percentage. */
export const inPercent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** A count with its noun. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

/** A number of floating-point operations with a suitable unit. */
export function inOperations(flops: number): string {
  const units = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(flops, 1)) / 3)));
  return `${Number((flops / 1000 ** step).toPrecision(3))} ${units[step]!}`;
}

/** A run's ID and arm, which the ID does not contain. */
export const nameOfRun = (id: string, arm: string): string => `${id}  ${inLine(arm)}`;

/** An ISO 8601 time, to the minute. */
export const inMinutes = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** A size in bytes with a suitable unit. */
export function inBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.max(
    0,
    units.findLastIndex((_, index) => bytes >= 1024 ** index),
  );
  return `${(bytes / 1024 ** step).toLocaleString('en', { maximumFractionDigits: 1 })} ${units[step]!}`;
}

/** How many runs are side by side. */
export const describeWorkers = (workers: number, threads: number | undefined): string =>
  threads === undefined
    ? `${counted(workers, 'GPU')}, one run on each`
    : `${counted(workers, 'run')} at a time, with ${counted(threads, 'thread')}${workers > 1 ? ' each' : ''}`;
