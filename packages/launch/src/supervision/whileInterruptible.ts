import type { Supervisor } from './supervisor.ts';

interface Interruptible {
  /** Aborted on the first interruption. */
  signal: AbortSignal;
  /** Aborted on a further one. */
  atOnce?: AbortSignal;
  print: (line: string) => void;
}

/**
 * Runs `work`. On the first interruption, no further jobs start and current ones stop in order; a further one
 * ends them at once.
 */
export async function whileInterruptible<T>(
  {
    supervisor,
    context: { signal, atOnce, print },
    outlives = false,
  }: { supervisor: Supervisor; context: Interruptible; outlives?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const stop = (): void => {
    print(outlives ? leaving : stopping);
    void supervisor.stop(false);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { signal: done.signal });
  atOnce?.addEventListener('abort', () => void supervisor.stop(true), { signal: done.signal });
  try {
    return await work();
  } finally {
    done.abort();
  }
}

/** Printed by a command that stops in order. */
export const stopping = 'Stopping after the current step. Interrupt again to stop at once.';
const leaving =
  'Leaving. Jobs in the queue continue: `npx harness attach` follows them, `npx harness cancel` ends them.';
