/** A signal that is aborted when the parent process exits, if there is one: then nobody needs the result. */
export function parentLeaves(): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => {
    gone.abort(new Error('The parent process has exited'));
  };
  process.on('disconnect', abort);
  // It may have exited while this process was starting.
  if (process.send !== undefined && !process.connected) abort();
  process.channel?.unref();
  return gone.signal;
}

/** Sends a message to the parent process, if it exists and is still running. */
export function tellParent(message: unknown): void {
  // Without a callback, a missing parent would end this process before it has saved a checkpoint.
  process.send?.(message, () => undefined);
}
