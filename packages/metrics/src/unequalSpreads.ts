import fCdf from '@stdlib/stats-base-dists-f-cdf';

/** An estimated variance, and its degrees of freedom. */
export interface Variance {
  variance: number;
  freedom: number;
}

/**
 * Two-sided p of the F test of whether two samples, not both without a spread, are from distributions of one variance:
 * twice the probability of a ratio at least as extreme, on its side. It assumes normal values.
 */
export function equalSpreadP(one: Variance, other: Variance): number {
  const ratio = one.variance / other.variance;
  const below = fCdf(ratio, one.freedom, other.freedom);
  // Not 1 - below, which has no digits left for a large ratio.
  const above = fCdf(1 / ratio, other.freedom, one.freedom);
  return 2 * Math.min(below, above);
}

/**
 * The variance of the difference of two samples' means, of which each has a variance of its own (Welch 1947), with
 * Satterthwaite's (1946) degrees of freedom.
 */
export function differenceOfMeans(one: Variance, other: Variance): Variance {
  const [first, second] = [one.variance / (one.freedom + 1), other.variance / (other.freedom + 1)];
  const variance = first + second;
  const share = first / variance;
  return { variance, freedom: 1 / (share ** 2 / one.freedom + (1 - share) ** 2 / other.freedom) };
}
