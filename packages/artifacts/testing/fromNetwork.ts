import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, type TestContext } from 'vitest';
import { UnavailableError, withLock } from '../src/index.ts';

/** The test at hand, while one runs. */
let current: TestContext | undefined;

/**
 * What the tests of a file use that comes from the network, and is then in the cache. Where neither has it, a test that uses it is
 * skipped, with the reason, and all others run. Under CI the file fails instead, unless BIT_REPRO_OFFLINE is 1.
 *
 * Call it at the top of a file, not in a test.
 *
 * @param fetch is called by one file at a time; not at all once it has thrown an UnavailableError in another file of the package.
 * @param prepare makes what the tests use of what was fetched.
 */
export async function fromNetwork<Fetched, T extends object>(
  name: string,
  fetch: () => Promise<Fetched>,
  prepare: (fetched: Fetched) => T | Promise<T>,
): Promise<T> {
  beforeEach((context) => {
    current = context;
    context.onTestFinished(() => {
      current = undefined;
    });
  });
  // The tests of a package have a temporary folder of their own.
  const note = join(tmpdir(), `no-${name}`);
  const outcome = await withLock(note, async () => {
    if (existsSync(note)) return { reason: readFileSync(note, 'utf8') };
    try {
      return { fetched: await fetch() };
    } catch (error) {
      if (!(error instanceof UnavailableError && maySkip())) throw error;
      const reason = `${name} is neither in the cache nor to be had: ${error.message}`;
      writeFileSync(note, reason);
      return { reason };
    }
  });
  return 'fetched' in outcome ? prepare(outcome.fetched) : (standIn(outcome.reason) as T);
}

/** Whether a test is skipped, rather than fails, where what it needs cannot be fetched. */
export function maySkip(
  { CI: ci = '', BIT_REPRO_OFFLINE: offline }: NodeJS.ProcessEnv = process.env,
): boolean {
  return ['', 'false'].includes(ci) || offline === '1';
}

/** Skips the test that uses it; outside of tests, whatever is done with it gives another one. */
function standIn(reason: string): object {
  const use = <Result>(outside: Result): Result => {
    if (current === undefined) return outside;
    // Should the test catch what `skip` throws, it is skipped all the same, and with the reason.
    Object.assign(current.task.result ?? {}, { note: reason });
    return current.skip(reason);
  };
  const one: object = new Proxy(() => undefined, {
    get: (_, key) => (key === 'then' ? undefined : use(one)),
    apply: () => use(one),
    construct: () => use(one),
    has: () => use(false),
    ownKeys: (target) => use(Reflect.ownKeys(target)),
  });
  return one;
}
