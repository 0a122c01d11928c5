import type { Derivation } from '../derivation.ts';
import type { Cell, Format, Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { runsOf } from './runs.ts';

/** What the processes of the runs took: mean and most of each. Runs that were not sampled are left out. */
export const machineView = (data: ReportData, ledger: Ledger): object[] =>
  runsOf(data).flatMap(({ id, telemetry }) => {
    if (telemetry === undefined) return [];
    const { cell, spread } = cellsOf(id, ledger);
    return [
      {
        id,
        samples: cell('samples', 'count'),
        memory: spread('rssBytes', 'gibibytes'),
        cores: spread('cores', 'tenths'),
        load: spread('load', 'tenths'),
      },
    ];
  });

/** The same of their GPUs, as nvidia-smi said. */
export const gpuView = (data: ReportData, ledger: Ledger): object[] =>
  runsOf(data).flatMap(({ id, telemetry }) => {
    if (telemetry?.gpu === undefined) return [];
    const { cell, spread } = cellsOf(id, ledger);
    return [
      {
        id,
        gpu: telemetry.gpu.name,
        samples: cell('gpu.samples', 'count'),
        memory: spread('gpu.memoryBytes', 'gibibytes'),
        utilisation: spread('gpu.utilisation', 'whole'),
        power: spread('gpu.powerWatts', 'whole'),
        temperature: spread('gpu.temperatureCelsius', 'whole'),
        energy: cell('gpu.energyWattHours', 'tenths'),
      },
    ];
  });

function cellsOf(
  id: string,
  ledger: Ledger,
): {
  cell: (path: string, format: Format) => Cell;
  spread: (path: string, format: Format) => { mean: Cell; max: Cell };
} {
  const cell = (path: string, format: Format): Cell => {
    const derivation: Derivation = {
      reducer: 'recorded',
      path: `timing.telemetry.${path}`,
      of: { runs: [id] },
    };
    return ledger.number(derivation, format);
  };
  return {
    cell,
    spread: (path, format) => ({ mean: cell(`${path}.mean`, format), max: cell(`${path}.max`, format) }),
  };
}
