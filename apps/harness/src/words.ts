import prettyMs from 'pretty-ms';

/** A duration for people. */
export const inTime = (seconds: number): string =>
  prettyMs(
    1000 * seconds,
    seconds < 10 ? { secondsDecimalDigits: 1 } : { secondsDecimalDigits: 0, unitCount: 2 },
  );

export const inGibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** A share from 0 to 1. */
export const inPercent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** How many of something. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

/** Floating-point operations. */
export function inOperations(flops: number): string {
  const units = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(flops, 1)) / 3)));
  return `${Number((flops / 1000 ** step).toPrecision(3))} ${units[step]!}`;
}

/** A time in ISO 8601, to the minute. */
export const inMinutes = (time: string): string => time.slice(0, 16).replace('T', ' ');

export const inMebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** How many runs go side by side on a cluster. */
export const describeCluster = (maxParallel: number | undefined): string =>
  maxParallel === undefined
    ? 'as many jobs at a time as Slurm begins'
    : `at most ${counted(maxParallel, 'job')} at a time, by Slurm`;

/** How many runs go side by side. */
export const describeWorkers = (workers: number, threads: number | undefined): string =>
  threads === undefined
    ? `${counted(workers, 'GPU')}, a run on each`
    : `${counted(workers, 'run')} at a time, with ${counted(threads, 'thread')}${workers > 1 ? ' each' : ''}`;
