import type { ReportData } from '../reportData.ts';
import type { Table } from '../table.ts';

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
