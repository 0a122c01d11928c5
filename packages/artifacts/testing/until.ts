/** Waits until there is something, for two minutes at the most. */
export async function until<T>(find: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 6000; tries += 1) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen in two minutes');
}
