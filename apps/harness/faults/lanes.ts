import PQueue from 'p-queue';
import { it, type TestContext } from 'vitest';

/**
 * Runs experiments concurrently: most wait for a dead harness's lock or a second attempt, which takes no
 * processor time.
 */
const lanes = new PQueue({ concurrency: 4 });

/** Selects tests by part of their title. Vitest's own filter would still start the work of all. */
const only = process.env.FAULTS_ONLY ?? '';

/**
 * A test whose work starts as soon as a lane is free, whatever test is being reported. Work that resolves to
 * `false` did not reach its fault, and is reported as skipped.
 */
export function inLanes(title: string, work: () => Promise<boolean>): void {
  if (!title.includes(only)) {
    it.skip(title);
    return;
  }
  const working = lanes.add(work).then(
    (hasMet) => () => hasMet,
    (error: unknown) => () => {
      throw error;
    },
  );
  it(title, async ({ skip }: TestContext) => {
    const settle = await working;
    skip(!settle(), 'what was to happen did not come to pass this time');
  });
}
