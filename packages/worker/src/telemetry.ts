import { loadavg } from 'node:os';
import { ExplainedError } from '@bit-repro/artifacts';
import { askForGpus, watchGpu, type Flavour, type GpuSample } from '@bit-repro/engine';
import type { Telemetry, TelemetrySample } from '@bit-repro/runs';
import type { SampleWriter } from './sampleWriter.ts';

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

/** Samples this process, and its GPU if it uses one, every few seconds, for a summary and a record of all samples. */
export class TelemetryRecorder {
  readonly #rss = new Spread();
  readonly #cores = new Spread();
  readonly #load = new Spread();
  readonly #gpu = new Map<keyof GpuSample, Spread>();
  readonly #gpuName: string | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #stopWatching: () => void;
  readonly #writer: SampleWriter | undefined;
  readonly #startedAt = performance.now();
  #last = { at: performance.now(), usage: process.cpuUsage() };
  #gpuSamples = 0;
  #lastOfGpu: GpuSample | undefined;

  private constructor(gpu: { uuid: string; name: string } | undefined, writer: SampleWriter | undefined) {
    this.#writer = writer;
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

  /** Every sample goes to `writer`, too. */
  static async start(flavour: Flavour, writer?: SampleWriter): Promise<TelemetryRecorder> {
    const gpus = flavour === 'cuda' ? await askForGpus() : [];
    return new TelemetryRecorder(gpus instanceof ExplainedError ? undefined : gpus[0], writer);
  }

  /** Takes a last sample, and waits until all are written. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopWatching();
    this.#sample();
    await this.#writer?.end();
  }

  summary(): Telemetry {
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
    const sample: TelemetrySample = {
      at: new Date().toISOString(),
      rssBytes: process.memoryUsage.rss(),
      cores: (user + system) / 1000 / Math.max(1, at - this.#last.at),
      load: loadavg()[0]!,
      ...(this.#lastOfGpu && { gpu: this.#lastOfGpu }),
    };
    this.#last = { at, usage: process.cpuUsage() };
    this.#rss.add(sample.rssBytes);
    this.#cores.add(sample.cores);
    this.#load.add(sample.load);
    this.#writer?.write(sample);
  }

  #hearGpu(sample: GpuSample): void {
    this.#gpuSamples += 1;
    this.#lastOfGpu = sample;
    for (const [name, value] of Object.entries(sample) as [keyof GpuSample, number][]) {
      const spread = this.#gpu.get(name) ?? new Spread();
      spread.add(value);
      this.#gpu.set(name, spread);
    }
  }
}
