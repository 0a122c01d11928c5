import type { Format, Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import { numbers, type Piece, type Row, type Table } from '../table.ts';
import { runsOf } from '../view/runs.ts';
import type { Section } from './section.ts';

/** What the processes of the runs took, and their GPUs. */
export const machineSection: Section = {
  name: 'machine',
  title: 'Appendix: what the runs took',
  intro: 'Sampled every five seconds; mean / most. Energy is that of the GPU alone.',
  tables: (data, ledger) => [processTable(data, ledger), gpuTable(data, ledger)],
};

/** Runs that were not sampled are left out. */
const processTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Use of the machine',
  columns: [
    { title: 'Run' },
    ...numbers('Samples', 'Memory of the process', 'Cores in use', 'Load of the machine'),
  ],
  groups: [
    {
      rows: runsOf(data).flatMap(({ id, telemetry }): Row[] => {
        if (telemetry === undefined) return [];
        const { one, spread } = recordedOf(id, ledger);
        return [
          {
            cells: [
              { code: id },
              one('samples', 'count'),
              spread('rssBytes', 'gibibytes', ' GiB'),
              spread('cores', 'tenths'),
              spread('load', 'tenths'),
            ],
          },
        ];
      }),
    },
  ],
});

/** As nvidia-smi said. */
const gpuTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Use of the GPUs',
  columns: [
    { title: 'Run' },
    { title: 'GPU' },
    ...numbers('Samples', 'Memory', 'Utilisation', 'Power', 'Temperature', 'Energy'),
  ],
  groups: [
    {
      rows: runsOf(data).flatMap(({ id, telemetry }): Row[] => {
        if (telemetry?.gpu === undefined) return [];
        const { one, spread } = recordedOf(id, ledger);
        return [
          {
            cells: [
              { code: id },
              telemetry.gpu.name,
              one('gpu.samples', 'count'),
              spread('gpu.memoryBytes', 'gibibytes', ' GiB'),
              spread('gpu.utilisation', 'whole', ' %'),
              spread('gpu.powerWatts', 'whole', ' W'),
              spread('gpu.temperatureCelsius', 'whole', ' °C'),
              [one('gpu.energyWattHours', 'tenths'), ' Wh'],
            ],
          },
        ];
      }),
    },
  ],
});

function recordedOf(
  id: string,
  ledger: Ledger,
): {
  one: (path: string, format: Format) => Piece;
  spread: (path: string, format: Format, unit?: string) => Piece[];
} {
  const one = (path: string, format: Format): Piece =>
    ledger.number({ reducer: 'recorded', path: `timing.telemetry.${path}`, of: { runs: [id] } }, format);
  return {
    one,
    spread: (path, format, unit) => [
      one(`${path}.mean`, format),
      ' / ',
      one(`${path}.max`, format),
      ...(unit === undefined ? [] : [unit]),
    ],
  };
}
