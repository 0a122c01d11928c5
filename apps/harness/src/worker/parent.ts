/** Aborted when this worker is told to end, or the process that started it is gone: then nobody wants the result now. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort(new Error('The worker was stopped'));
  };
  process.on('SIGINT', abort).on('SIGTERM', abort).on('disconnect', abort);
  // It may have gone while this process was starting.
  if (process.send !== undefined && !process.connected) abort();
  process.channel?.unref();
  return stop.signal;
}

/** Tells the process that started this one, where there is such and it is still there. */
export function tellParent(message: unknown): void {
  // Without a callback, one that is gone would end this process before it has left a checkpoint.
  process.send?.(message, () => undefined);
}
