/** Waits until `find` returns something, for at most two minutes. */
export async function until<T>(find: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 6000; tries += 1) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('It did not happen within two minutes');
}
