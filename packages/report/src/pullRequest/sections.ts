/** Opens every comment. */
export const head = `## {{title}}

{{#each answers}}
**{{title}}:** {{found}}.

{{/each}}
{{#each verdicts}}
**{{heading}}: {{verdict}}** – {{who}}, {{n}} runs{{#if difference}}: {{difference}}{{/if}}{{#if nextLook}}; the next look is at {{nextLook}} seeds{{/if}}.

{{/each}}
{{#if warning}}
**Verdict on the paper: not applicable.** {{warning}}

{{/if}}
{{done}} of {{planned}} runs are done. Profile {{profile}}.
`;

/** What stands between, by importance: the last is the first to be left out. */
export const sections: readonly { name: string; template: string }[] = [
  {
    name: 'figure',
    template: `
{{#if figure}}
[![The main figure of the report: top-1 accuracy of its runs beside what was published]({{figure}})]({{figure}})
{{else}}
{{charts}}
{{/if}}
`,
  },
  {
    name: 'results',
    template: `
| Top-1, % | Network | n | Median | Mean | Min – max |
| --- | --- | ---: | ---: | ---: | --- |
{{#each results}}
| **{{heading}}** | | | | | |
{{#each rows}}
| {{who}} | {{network}} | {{n}} | {{median}} | {{mean}} | {{range}} |
{{/each}}
{{/each}}
`,
  },
  {
    name: 'change against the base branch',
    template: `
{{#if hasBase}}
### Against the base branch

{{same.identical}} of {{same.of}} results identical: the same scores and losses, to the last digit.

| Arm | Trained with | Median, base | Median, here | Change | Runs |
| --- | --- | ---: | ---: | ---: | --- |
{{#each changes}}
| {{who}} | {{task}} | {{before}} | {{after}} | {{change}} | {{runs}} |
{{/each}}
{{else}}
The base branch has no report of this experiment to compare with.
{{/if}}
`,
  },
  {
    name: 'changed settings',
    template: `
{{#if changedSettings}}
### Settings that changed

| Arm | Setting | Base | Here |
| --- | --- | --- | --- |
{{#each changedSettings}}
| {{arm}} | {{setting}} | {{before}} | {{after}} |
{{/each}}
{{/if}}
`,
  },
  {
    name: 'arms compared',
    template: `
{{#if comparisons}}
### Arms compared, seed by seed

| Compared | Trained with | Mean difference | Seeds | p, corrected | Outcome |
| --- | --- | ---: | ---: | ---: | --- |
{{#each comparisons}}
| {{title}} | {{task}} | {{difference}} | {{seeds}} | {{p}} | {{outcome}} |
{{/each}}
{{/if}}
`,
  },
  {
    name: 'what differs from the paper',
    template: `
{{#if differing}}
<details><summary>What differs from the paper</summary>

| Arm | Setting | Paper | Here |
| --- | --- | --- | --- |
{{#each differing}}
| {{arm}} | {{setting}} | {{paper}} | {{value}} |
{{/each}}

</details>
{{/if}}
`,
  },
  {
    name: 'single runs',
    template: `
{{#if runs}}
<details><summary>Single runs</summary>

| Run | Arm | Trained with | Seed | Top-1, % |
| --- | --- | --- | ---: | ---: |
{{#each runs}}
| <code>{{id}}</code> | {{arm}} | {{task}} | {{seed}} | {{top1}} |
{{/each}}

</details>
{{/if}}
`,
  },
];

/** Closes every comment. */
export const footer = `
{{#if leftOut}}Left out, or GitHub would not take the comment: {{leftOut}}. {{/if}}Figures and every number with its runs are in report.html, {{#if artifact}}in [the artifact of this workflow’s run]({{artifact}}){{else}}an artifact of this workflow’s run{{/if}}; \`npx harness verify report.html\` recomputes it.
`;
