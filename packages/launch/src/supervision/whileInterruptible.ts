import type { Supervisor } from './supervisor.ts';

interface Interruptible {
  /** Aborted on the first interruption. */
  signal: AbortSignal;
  /** On a further one. */
  atOnce?: AbortSignal;
  print: (line: string) => void;
}

/**
 * Does `work` so that the first interruption lets the jobs in hand end in order and begins no more; a further one ends them at
 * once.
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

/** What a command says that lets work in hand end in order. */
export const stopping = 'Stopping after the step in hand; interrupt again to stop at once.';
const leaving =
  'Leaving; jobs in the queue go on. `npx harness attach` follows them, `npx harness cancel` ends them.';
