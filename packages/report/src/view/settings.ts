import type { ReportData } from '../reportData.ts';
import { numbers, type Table } from '../table.ts';

const notStated = 'not stated';

/** The recipes, with what differs from the paper's. */
export const settingsTable = ({ settings, settingSources, arms }: ReportData): Table => ({
  label: 'Settings',
  columns: ['Setting', 'Paper (BiT-HyperRule)', ...settingSources, ...arms].map((title) => ({ title })),
  groups: [
    {
      rows: settings.map(({ setting, paper, others, arms: own }) => ({
        cells: [
          setting,
          paper || notStated,
          ...others.map((value) => value || notStated),
          ...own.map(({ value, differs }) => (differs ? { stressed: value } : value)),
        ],
      })),
    },
  ],
});

/** The runs that the report lacks, and why. */
export const missingTable = ({ missing }: ReportData): Table => ({
  label: 'Missing runs',
  columns: [{ title: 'Recipe' }, ...numbers('Shots', 'Seed'), { title: 'Why' }],
  groups: [
    {
      rows: missing.map(({ arm, shots, seed, reason = 'not run yet' }) => ({
        cells: [arm, String(shots), String(seed), reason],
      })),
    },
  ],
});
