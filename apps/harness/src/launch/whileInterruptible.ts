import type { Supervisor } from './supervisor.ts';

/**
 * Does `work` so that a first SIGINT or SIGTERM, or an abort of `outer`, lets the jobs in hand end in order and begins no
 * more, which the signal given to `work` tells; a second ends them at once.
 */
export async function whileInterruptible<T>(
  {
    supervisor,
    outer,
    print,
    outlives = false,
  }: { supervisor: Supervisor; outer: AbortSignal; print: (line: string) => void; outlives?: boolean },
  work: (stopping: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  const stop = (): void => {
    const again = stopping.signal.aborted;
    if (!again)
      print(outlives ? leaving : 'Stopping after the step in hand; interrupt again to stop at once.');
    stopping.abort();
    void supervisor.stop(again);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  outer.addEventListener('abort', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    outer.removeEventListener('abort', stop);
  }
}

const leaving =
  'Leaving; jobs in the queue go on. `npx harness attach` follows them, `npx harness cancel` ends them.';
