/** Further reads that are kept under way, by default. */
export const readsAhead = 2;

/**
 * Yields what reads resolve to, in order, and keeps `depth` further reads under way. A read is started when its
 * promise is taken from `reads`.
 */
export async function* readAhead<Result>(
  reads: Iterable<Promise<Result>>,
  depth = readsAhead,
): AsyncGenerator<Result, void, undefined> {
  const waiting: Promise<Result>[] = [];
  const source: Iterator<Promise<Result>, unknown> = reads[Symbol.iterator]();
  try {
    for (;;) {
      while (waiting.length <= depth) {
        const read = source.next();
        if (read.done) break;
        // A failure is thrown when it is this read's turn, and not before.
        read.value.catch(() => undefined);
        waiting.push(read.value);
      }
      const next = waiting.shift();
      if (next === undefined) return;
      yield await next;
    }
  } finally {
    source.return?.();
  }
}
