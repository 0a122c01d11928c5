/** How each sample along one axis is made: as the weighted sum of as many neighbouring samples for each. */
export interface ResizeWeights {
  /** How many samples are summed for one. */
  taps: number;
  /** For each sample, the place of the first of them, then `taps` weights in units of 2^-22. */
  table: Int32Array;
}

/**
 * The weights of Pillow's BILINEAR filter along one axis, to the bit (`precompute_coeffs` and `normalize_coeffs_8bpc` in
 * libImaging/Resample.c): a triangle around the centre of the new sample, whose half width is the distance of two old samples, or
 * of two new ones where these are further apart.
 *
 * @param step the distance between the places of neighbouring samples.
 */
export function resizeWeights(from: number, to: number, step: number): ResizeWeights {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const inverse = 1 / support;
  const centre = (index: number): number => (index + 0.5) * scale;
  const first = (index: number): number => Math.max(Math.trunc(centre(index) - support + 0.5), 0);
  const end = (index: number): number => Math.min(Math.trunc(centre(index) + support + 0.5), from);
  let taps = 1;
  for (let index = 0; index < to; index += 1) taps = Math.max(taps, end(index) - first(index));

  const table = new Int32Array(to * (1 + taps));
  const triangle = new Float64Array(taps);
  for (let index = 0; index < to; index += 1) {
    const low = first(index);
    const count = end(index) - low;
    let total = 0;
    for (let tap = 0; tap < count; tap += 1) {
      const distance = Math.abs((tap + low - centre(index) + 0.5) * inverse);
      total += triangle[tap] = Math.max(1 - distance, 0);
    }
    // At the end of the axis fewer are summed: those before them get weights of zero.
    const start = Math.min(low, from - taps);
    const at = index * (1 + taps);
    table[at] = start * step;
    for (let tap = 0; tap < count; tap += 1) {
      table[at + 1 + low - start + tap] = Math.trunc(0.5 + (triangle[tap]! / total) * 2 ** 22);
    }
  }
  return { taps, table };
}
