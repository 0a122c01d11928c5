/** Progress reported this soon was made earlier, and is not counted. */
const atOnceMs = 100;
/** The shortest time from which a pace is computed. */
const leastMs = 1000;

/** Measures how fast something advances from its first report. */
export class Pace {
  #first: { done: number; at: number } | undefined;
  #perSecond: number | undefined;

  /** Reports that `done` units are finished by now. */
  see(done: number): void {
    const at = performance.now();
    const first = this.#first ?? { done, at };
    const elapsed = at - first.at;
    this.#first = elapsed < atOnceMs ? { done, at: first.at } : first;
    if (elapsed >= leastMs && done > first.done) this.#perSecond = (done - first.done) / (elapsed / 1000);
  }

  /** Units per second; undefined until known. */
  get perSecond(): number | undefined {
    return this.#perSecond;
  }
}
