import { execa } from 'execa';

/** What nvidia-smi reports about a GPU at one moment; unknown values are absent. */
export interface GpuSample {
  memoryBytes?: number;
  /** Percentage of the time in which a kernel ran. */
  utilisation?: number;
  powerWatts?: number;
  temperatureCelsius?: number;
}

const query = 'memory.used,utilization.gpu,power.draw,temperature.gpu';

/**
 * Makes nvidia-smi sample a GPU repeatedly, in a separate process: training blocks this one for whole steps.
 * Without nvidia-smi there are no samples.
 *
 * @param gpu its index or UUID.
 * @returns a function that stops the sampling.
 */
export function watchGpu(
  gpu: string,
  everySeconds: number,
  onSample: (sample: GpuSample) => void,
): () => void {
  const watcher = execa(
    'nvidia-smi',
    [`--id=${gpu}`, `--query-gpu=${query}`, '--format=csv,noheader,nounits', `--loop=${everySeconds}`],
    { stdin: 'ignore', stderr: 'ignore', buffer: false, reject: false },
  );
  void (async () => {
    for await (const line of watcher) {
      const sample = parseGpuSample(line);
      if (sample !== undefined) onSample(sample);
    }
  })().catch(() => undefined);
  return () => void watcher.kill();
}

/** Parses a line of nvidia-smi's CSV; nothing if it holds no values. */
export function parseGpuSample(line: string): GpuSample | undefined {
  const [memory, utilisation, powerWatts, temperatureCelsius] = line.split(',').map((field) => {
    const text = field.trim();
    const value = Number(text);
    return text === '' || !Number.isFinite(value) ? undefined : value;
  });
  const sample: GpuSample = {
    ...(memory !== undefined && { memoryBytes: memory * 1024 ** 2 }),
    ...(utilisation !== undefined && { utilisation }),
    ...(powerWatts !== undefined && { powerWatts }),
    ...(temperatureCelsius !== undefined && { temperatureCelsius }),
  };
  return Object.keys(sample).length === 0 ? undefined : sample;
}
