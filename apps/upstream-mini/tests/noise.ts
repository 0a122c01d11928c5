/**
 * `count` numbers in [0, 1), the same as in tools/reference/make_upstream_fixtures.py: a hash of the
 * position.
 */
export function noise(count: number, stream: number): Float64Array {
  return Float64Array.from({ length: count }, (_, position) => {
    let value = (Math.imul(position, 2654435761) + stream * 40503 + 1) >>> 0;
    for (const multiplier of [2246822519, 3266489917]) {
      value ^= value >>> 15;
      value = Math.imul(value, multiplier) >>> 0;
    }
    value = (value ^ (value >>> 16)) >>> 0;
    return value / 2 ** 32;
  });
}
