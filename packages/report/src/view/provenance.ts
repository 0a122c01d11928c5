import type { Cell, Format, Ledger } from '../ledger.ts';
import type { ReportData } from '../reportData.ts';
import type { Piece, Row, Table } from '../table.ts';
import { runsOf } from './runs.ts';
import { countOf, moment } from './words.ts';

/** What made the runs, and what they took. */
export const provenanceTable = (data: ReportData, ledger: Ledger): Table => ({
  label: 'Provenance',
  isSortable: false,
  columns: [{ title: 'What' }, { title: 'Which', kind: 'wide' }],
  groups: [
    {
      rows: [
        ...data.provenance.map(({ label, values }): Row => {
          const lines = values.map(({ value, runs }) =>
            values.length === 1 ? value : `${value} (${countOf(runs.length, 'run')})`,
          );
          return {
            cells: [
              label,
              lines.flatMap((line, index): Piece[] => (index === 0 ? [line] : [{ lineBreak: true }, line])),
            ],
          };
        }),
        ...effortRows(data, ledger),
        { cells: ['Report made', moment(data.generatedAt)] },
      ],
    },
  ],
});

/** What all runs took together. */
function effortRows(data: ReportData, ledger: Ledger): Row[] {
  const { effort } = data;
  if (effort === undefined) return [];
  const of = { runs: runsOf(data).map(({ id }) => id) };
  const number = (reducer: 'sum-of-recorded' | 'max-of-recorded', path: string, format: Format): Cell =>
    ledger.number({ reducer, path, of }, format);
  const measured = runsOf(data).filter(({ telemetry }) => telemetry?.gpu?.energyWattHours !== undefined);
  const energy = (): Piece[] => [
    number('sum-of-recorded', 'timing.telemetry.gpu.energyWattHours', 'tenths'),
    ` Wh, of the GPUs of ${countOf(measured.length, 'run')}`,
  ];
  return [
    {
      cells: [
        'Time',
        [
          number('sum-of-recorded', 'timing.seconds', 'duration'),
          ' in all runs, of which evaluation ',
          number('sum-of-recorded', 'timing.evaluationSeconds', 'duration'),
          ...(effort.waitedSeconds === undefined
            ? []
            : [
                ', and steps waiting for their images ',
                number('sum-of-recorded', 'timing.waitedSeconds', 'duration'),
              ]),
        ],
      ],
    },
    { cells: ['From, to', `${moment(effort.from)}, ${moment(effort.to)}`] },
    { cells: ['Peak memory', [number('max-of-recorded', 'timing.peakRssBytes', 'gibibytes'), ' GiB']] },
    { cells: ['Energy', measured.length === 0 ? 'not known: only GPUs report theirs' : energy()] },
  ];
}
