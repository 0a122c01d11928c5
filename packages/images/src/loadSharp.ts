let loading: Promise<typeof import('sharp').default> | undefined;

/** Loads sharp when it is first needed: most commands need no images. */
export const loadSharp = (): Promise<typeof import('sharp').default> =>
  (loading ??= import('sharp').then(({ default: sharp }) => {
    // Each image is decoded once, and threads decode side by side.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  }));
