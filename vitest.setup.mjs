import { afterEach, beforeEach, expect, onTestFinished, vi } from 'vitest';

const methods = ['log', 'info', 'warn', 'error', 'debug'];

/** Number of listeners to an event of the process, less those of signal-exit, which a library may keep for good. */
const listeners = (event) =>
  process.listeners(event).filter((listener) => !String(listener).includes('__signal_exit_emitter__')).length;

/** What the tests of a file share in their process, by the words in which a failure names it. */
const surroundings = () =>
  new Map([
    ['the working folder', process.cwd()],
    ['the umask', process.umask()],
    // sharp sets VIPSHOME when it is loaded.
    ...Object.entries({ ...process.env, VIPSHOME: '' }).map(([name, value]) => [
      `the environment variable ${name}`,
      value,
    ]),
    ...process.eventNames().map((event) => [`listeners to ${String(event)}`, listeners(event)]),
  ]);

beforeEach(() => {
  const before = surroundings();
  // Runs after all that the test itself undoes: what is registered first is called last.
  onTestFinished(() => {
    const after = surroundings();
    const names = new Set([...before.keys(), ...after.keys()]);
    const changed = [...names].filter((name) => (before.get(name) ?? 0) !== (after.get(name) ?? 0));
    expect(changed.join(', '), 'left changed by this test').toBe('');
  });
});

beforeEach(() => {
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
});

afterEach(() => {
  for (const method of methods) {
    const spy = vi.mocked(console[method]);
    const calls = spy.mock.calls;
    spy.mockRestore();
    expect(calls, `stray console.${method} output`).toEqual([]);
  }
});
