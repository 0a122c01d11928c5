import type { ReportData } from '../reportData.ts';
import type { Table } from '../table.ts';

const notStated = 'not stated';

/** The recipes, with what differs from the paper's. */
export const settingsTable = ({ settings, settingSources, arms, target }: ReportData): Table => ({
  label: 'Settings',
  isSortable: false,
  columns: ['Setting', claimedTitle(target), ...settingSources, ...arms].map((title) => ({ title })),
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

/** The recipe that is claimed: that of the published numbers, or BiT-HyperRule, which is the paper's. */
function claimedTitle(target: ReportData['target']): string {
  if (target === undefined || target.claims.source === 'paper') return 'Paper (BiT-HyperRule)';
  const { label, recipe } = target.claims;
  return recipe === 'bit-hyperrule' ? `${label} (BiT-HyperRule)` : label;
}
