import { loadavg } from 'node:os';
import { ExplainedError } from '@bit-repro/artifacts';
import { askForGpus, watchGpu, type Flavour, type GpuSample } from '@bit-repro/engine';
import type { Telemetry } from '@bit-repro/runs';

const everySeconds = 5;

/** The mean and maximum of the values added. */
class Spread {
  count = 0;
  #sum = 0;
  #max = -Infinity;

  add(value: number): void {
    this.count += 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  get summary(): { mean: number; max: number } {
    return { mean: this.#sum / this.count, max: this.#max };
  }
}

/** Samples this process, and its GPU if it uses one, every few seconds. */
export class TelemetryRecorder {
  readonly #rss = new Spread();
  readonly #cores = new Spread();
  readonly #load = new Spread();
  readonly #gpu = new Map<keyof GpuSample, Spread>();
  readonly #gpuName: string | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #stopWatching: () => void;
  readonly #startedAt = performance.now();
  #last = { at: performance.now(), usage: process.cpuUsage() };
  #gpuSamples = 0;

  private constructor(gpu: { uuid: string; name: string } | undefined) {
    this.#gpuName = gpu?.name;
    this.#timer = setInterval(() => {
      this.#sample();
    }, everySeconds * 1000);
    this.#stopWatching =
      gpu === undefined
        ? () => undefined
        : watchGpu(gpu.uuid, everySeconds, (sample) => {
            this.#hearGpu(sample);
          });
  }

  static async start(flavour: Flavour): Promise<TelemetryRecorder> {
    const gpus = flavour === 'cuda' ? await askForGpus() : [];
    return new TelemetryRecorder(gpus instanceof ExplainedError ? undefined : gpus[0]);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopWatching();
  }

  /** Summarises all samples, including a last one taken now. */
  summary(): Telemetry {
    this.#sample();
    const hours = (performance.now() - this.#startedAt) / 3_600_000;
    const power = this.#gpu.get('powerWatts')?.summary.mean;
    return {
      samples: this.#rss.count,
      everySeconds,
      rssBytes: this.#rss.summary,
      cores: this.#cores.summary,
      load: this.#load.summary,
      ...(this.#gpuName !== undefined && {
        gpu: {
          name: this.#gpuName,
          samples: this.#gpuSamples,
          ...Object.fromEntries([...this.#gpu].map(([name, spread]) => [name, spread.summary])),
          ...(power !== undefined && { energyWattHours: power * hours }),
        },
      }),
    };
  }

  #sample(): void {
    const at = performance.now();
    const { user, system } = process.cpuUsage(this.#last.usage);
    this.#rss.add(process.memoryUsage.rss());
    this.#cores.add((user + system) / 1000 / Math.max(1, at - this.#last.at));
    this.#load.add(loadavg()[0]!);
    this.#last = { at, usage: process.cpuUsage() };
  }

  #hearGpu(sample: GpuSample): void {
    this.#gpuSamples += 1;
    for (const [name, value] of Object.entries(sample) as [keyof GpuSample, number][]) {
      const spread = this.#gpu.get(name) ?? new Spread();
      spread.add(value);
      this.#gpu.set(name, spread);
    }
  }
}
