import type { Telemetry } from '../store/records.ts';
import type { ReportedRun } from './reportData.ts';

type Spread = Telemetry['rssBytes'];

/** What a run took of its machine, for a table: mean and most of each. */
export interface MachineUse {
  id: string;
  samples: number;
  memory: string;
  cores: string;
  load: string;
}

/** The same of its GPU, as nvidia-smi said. */
export interface GpuUse {
  id: string;
  gpu: string;
  samples: number;
  memory: string;
  utilisation: string;
  power: string;
  temperature: string;
  energy: string;
}

/** What the processes of the runs took; runs that were not sampled are left out. */
export const machineUses = (runs: readonly ReportedRun[]): MachineUse[] =>
  runs.flatMap(({ id, telemetry }) => {
    if (telemetry === undefined) return [];
    const { samples, rssBytes, cores, load } = telemetry;
    return [{ id, samples, memory: inGibibytes(rssBytes), cores: inNumbers(cores), load: inNumbers(load) }];
  });

/** What the GPUs of the runs did. */
export const gpuUses = (runs: readonly ReportedRun[]): GpuUse[] =>
  runs.flatMap(({ id, telemetry }) => {
    const gpu = telemetry?.gpu;
    if (gpu === undefined) return [];
    const { name, samples, memoryBytes, utilisation, powerWatts, temperatureCelsius, energyWattHours } = gpu;
    return [
      {
        id,
        gpu: name,
        samples,
        memory: inGibibytes(memoryBytes),
        utilisation: inNumbers(utilisation, 0, ' %'),
        power: inNumbers(powerWatts, 0, ' W'),
        temperature: inNumbers(temperatureCelsius, 0, ' °C'),
        energy: energyWattHours === undefined ? '–' : `${energyWattHours.toFixed(1)} Wh`,
      },
    ];
  });

const inNumbers = (spread: Spread | undefined, digits = 1, unit = ''): string =>
  spread === undefined ? '–' : `${spread.mean.toFixed(digits)} / ${spread.max.toFixed(digits)}${unit}`;

const inGibibytes = (spread: Spread | undefined): string =>
  inNumbers(spread && { mean: spread.mean / 1024 ** 3, max: spread.max / 1024 ** 3 }, 1, ' GiB');
