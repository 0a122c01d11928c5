/** Aborted when the process that started this one, if any did, is gone: then nobody wants the result now. */
export function parentLeaves(): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => {
    gone.abort(new Error('The process that started this one is gone'));
  };
  process.on('disconnect', abort);
  // It may have gone while this process was starting.
  if (process.send !== undefined && !process.connected) abort();
  process.channel?.unref();
  return gone.signal;
}

/** Tells the process that started this one, where there is such and it is still there. */
export function tellParent(message: unknown): void {
  // Without a callback, one that is gone would end this process before it has left a checkpoint.
  process.send?.(message, () => undefined);
}
