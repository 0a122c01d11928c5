import type { Section } from './section.ts';

const mostRows = 3;

export const slowestSection: Section = {
  name: 'slowest',
  title: 'The slowest runs',
  intro: 'By the time of the whole run, evaluation included.',
  tables({ groups }, ledger) {
    const slowest = groups
      .flatMap(({ runs }) => runs)
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, mostRows);
    const timeOf = (id: string) =>
      ledger.number({ reducer: 'recorded', path: 'timing.seconds', of: { runs: [id] } }, 'duration');
    return [
      {
        label: 'The slowest runs',
        columns: [{ title: 'Run' }, { title: 'Time', kind: 'number' }],
        groups: [{ rows: slowest.map(({ id }) => ({ cells: [{ code: id }, timeOf(id)] })) }],
      },
    ];
  },
};
