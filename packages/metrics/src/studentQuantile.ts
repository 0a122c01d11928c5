import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** The value that Student's t exceeds with probability `tail`; the normal distribution's for infinite `freedom`. */
export const studentQuantile = (tail: number, freedom: number): number =>
  freedom === Infinity ? normalQuantile(1 - tail, 0, 1) : tQuantile(1 - tail, freedom);
