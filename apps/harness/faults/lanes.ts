import PQueue from 'p-queue';
import { it, type TestContext } from 'vitest';

/** Experiments side by side: most wait, for a dead harness's lock or for a second attempt, which costs no processor. */
const lanes = new PQueue({ concurrency: 4 });

/** A part of the titles of the tests that are wanted: Vitest's own filter would still begin the work of all. */
const only = process.env.FAULTS_ONLY ?? '';

/**
 * A test whose work begins as soon as a lane is free, whichever test is being told. Work that comes to `false` did not meet
 * with what it is about, and is told as skipped.
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
