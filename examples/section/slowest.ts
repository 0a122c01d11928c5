import type { Section } from './section.ts';

const mostRows = 3;

const html = `
<section aria-labelledby="slowest">
<h2 id="slowest">The slowest runs</h2>
<table>
<thead><tr><th scope="col">Run</th><th scope="col" class="n">Time</th></tr></thead>
<tbody>
{{#each runs}}
<tr><th scope="row"><code>{{id}}</code></th><td class="n">{{> number seconds}}</td></tr>
{{/each}}
</tbody>
</table>
</section>
`;

const md = `
## The slowest runs

| Run | Time |
| --- | ---: |
{{#each runs}}
| <code>{{id}}</code> | {{> number seconds}} |
{{/each}}
`;

export const slowestSection: Section = {
  name: 'slowest',
  view({ groups }, ledger) {
    const runs = groups.flatMap((group) => group.runs);
    if (runs.length === 0) return undefined;
    const slowest = runs.sort((one, other) => other.seconds - one.seconds).slice(0, mostRows);
    return {
      runs: slowest.map(({ id }) => ({
        id,
        seconds: ledger.number(
          { reducer: 'recorded', path: 'timing.seconds', of: { runs: [id] } },
          'duration',
        ),
      })),
    };
  },
  html,
  md,
};
