/** What is seen within this time was done before, in one go or not. */
const atOnceMs = 100;
/** It takes so long to tell a pace. */
const leastMs = 1000;

/** How fast something gets done, from when it was first seen. */
export class Pace {
  #first: { done: number; at: number } | undefined;
  #perSecond: number | undefined;

  /** So much is done by now. */
  see(done: number): void {
    const at = performance.now();
    const first = this.#first ?? { done, at };
    const elapsed = at - first.at;
    this.#first = elapsed < atOnceMs ? { done, at: first.at } : first;
    if (elapsed >= leastMs && done > first.done) this.#perSecond = (done - first.done) / (elapsed / 1000);
  }

  /** Nothing while it cannot be told. */
  get perSecond(): number | undefined {
    return this.#perSecond;
  }
}
