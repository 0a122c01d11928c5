import { RunCurve, type CurvePart } from './runCurve.ts';
import type { WatchedStore } from './watchedStore.ts';

/** More curves than anybody looks at; those that nobody asked for longest are forgotten. */
const mostCurves = 64;

/** The curves of the runs that somebody looks at. */
export class CurveCache {
  readonly #store: WatchedStore;
  readonly #curves = new Map<string, RunCurve>();
  readonly #reading = new Map<string, Promise<void>>();

  constructor(store: WatchedStore) {
    this.#store = store;
  }

  /** The curve of a run as it is now; undefined if the store has no such run. */
  async curve(id: string): Promise<RunCurve | undefined> {
    const folder = this.#store.folderOf(id);
    const curve = this.#curves.get(id) ?? (folder === undefined ? undefined : new RunCurve(folder));
    this.#curves.delete(id);
    if (folder === undefined || curve === undefined) return undefined;
    this.#curves.set(id, curve);
    for (const oldest of this.#curves.keys()) {
      if (this.#curves.size <= mostCurves) break;
      this.#curves.delete(oldest);
    }
    // Two readers at a time would read lines twice.
    const reading = this.#reading.get(id) ?? curve.refresh().finally(() => this.#reading.delete(id));
    this.#reading.set(id, reading);
    await reading;
    return curve;
  }

  /** What a reader does not have yet of a run's curve. */
  async part(id: string, have: string): Promise<CurvePart | undefined> {
    return (await this.curve(id))?.since(have);
  }
}
