export type ReportFormat = 'md' | 'html';

/** The parts of a report in each format; what it says is in report.hbs, once for both. */
export const partials: Record<ReportFormat, Record<string, string>> = {
  html: {
    page: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}}</title>
<style>
{{style}}
</style>
</head>
<body>
<nav class="contents side" aria-label="Contents">
{{> sections}}</nav>
<main>
{{> @partial-block}}</main>
<footer>Report made {{generatedAt}}. Every number is marked with the runs that it is from and how it was made; <code>npx harness verify report.html</code> recomputes all of them from the runs. Figures drawn with Vega (BSD-3-Clause).</footer>
<script type="application/json" id="evidence">{{evidence}}</script>
<script type="application/json" id="origins">{{origins}}</script>
<script type="application/json" id="figures">{{figureSpecs}}</script>
<script>{{runtime}}</script>
<script>
{{pageScript}}</script>
</body>
</html>
`,
    lead: '<header class="lead">\n<h1>{{title}}</h1>\n{{> @partial-block}}</header>\n',
    takeaway:
      '<p class="takeaway{{takeaway.kind}}"><strong>{{takeaway.label}}</strong> {{> pieces takeaway.sentence}}</p>\n',
    sections: '<ol>\n{{#each contents}}\n<li><a href="#{{id}}">{{title}}</a></li>\n{{/each}}\n</ol>\n',
    contents:
      '<nav class="contents bar" aria-label="Contents">\n<details><summary>Contents<span></span></summary>\n{{> sections}}</details>\n</nav>\n',
    hint: '<p class="soft hint" hidden>Point at a number, tap it or move to it with the arrow keys to see which runs it is from.</p>\n',
    section:
      '<section aria-labelledby="{{id}}">\n<h2 id="{{id}}">{{heading}}</h2>\n{{> @partial-block}}</section>\n',
    paragraph: '<p>{{> @partial-block}}</p>\n',
    soft: '<p class="soft">{{> @partial-block}}</p>\n',
    notice: '<p class="notice{{kind}}" role="note">{{> @partial-block}}</p>\n',
    strong: '<strong>{{> @partial-block}}</strong>',
    link: '<a href="#{{to}}">{{> @partial-block}}</a>',
    links:
      '<ul class="links">\n{{#each links}}\n<li>{{#if href}}<a href="{{href}}">{{label}}</a>{{else if section}}<a href="#{{section}}">{{label}}</a>{{else}}{{label}}{{/if}}</li>\n{{/each}}\n</ul>\n',
    list: '<ul>\n{{#each this}}\n<li>{{this}}</li>\n{{/each}}\n</ul>\n',
    number:
      '{{#if isDerived}}<data value="{{value}}" data-number="{{ref}}">{{text}}</data>{{else}}{{text}}{{/if}}',
    pieces:
      '{{#each this}}{{#if spaceBefore}} {{/if}}{{#if isSoft}}<span class="soft why">{{text}}</span>{{else if isCode}}<code>{{text}}</code>{{else if isBreak}}<br>{{else}}{{> number this}}{{/if}}{{#if spaceAfter}} {{/if}}{{/each}}',
    table: `<div class="scroll" tabindex="0" role="region" aria-label="{{label}}, a table">
<table{{#if isSortable}} data-sortable{{/if}}>
<thead><tr>{{#each columns}}<th scope="col"{{#if isNumber}} class="n"{{/if}}>{{title}}</th>{{/each}}</tr></thead>
{{#each groups}}
<tbody>
{{#if heading}}
<tr class="group"><th scope="rowgroup" colspan="{{width}}"><span>{{heading}}</span></th></tr>
{{/if}}
{{#each rows}}
<tr{{#if isOurs}} class="ours"{{/if}}><th scope="row">{{> pieces first.pieces}}{{#if aside}} <span class="soft">{{aside}}</span>{{/if}}</th>{{#each rest}}<td{{#if look}} class="{{look}}"{{/if}}>{{> pieces pieces}}</td>{{/each}}</tr>
{{/each}}
</tbody>
{{/each}}
</table>
</div>
`,
    figure: `<figure>
<div class="page chart" data-figure="{{name}}" data-layout="page" role="img" aria-label="{{alt}}">{{page}}</div>
<div class="phone chart" data-figure="{{name}}" data-layout="phone" role="img" aria-label="{{alt}}">{{phone}}</div>
{{#if caption}}
<figcaption>{{caption}}</figcaption>
{{/if}}
</figure>
`,
    subsets: `<h3>Training images</h3>
<p class="soft">The pictures that the runs learnt from: {{subsetsOf.columns}}. The seed draws them, whatever the recipe; the numbers are their places among the training images of {{subsetsOf.dataset}}.</p>
<div class="pictures">
{{#each subsets}}
<figure class="picture">
{{#if picture}}<img src="{{picture}}" alt="Training images: {{images}}">{{/if}}
<figcaption><strong>{{heading}}, seed {{seed}}</strong> ({{runsInWords}})<details><summary>Their numbers</summary><span class="subset-images">{{images}}</span></details></figcaption>
</figure>
{{/each}}
</div>
`,
    details:
      '<details{{#if isOpen}} open{{/if}}>\n<summary>{{summary}}</summary>\n{{> @partial-block}}</details>\n',
    mistakes: `<div class="mistakes">
{{#each mistakes}}
<figure class="picture">
{{#if ../picture}}
<svg role="img" aria-label="Test image {{image}}: {{label}}, taken for {{predicted}}" viewBox="{{box}}">{{#if isFirst}}<image id="{{../sheet}}" href="{{../picture}}" width="{{../width}}" height="{{../height}}"/>{{else}}<use href="#{{../sheet}}"/>{{/if}}</svg>
{{/if}}
<figcaption>{{label}}, taken for <strong>{{predicted}}</strong>, {{> number confidence}} % (no. {{image}})</figcaption>
</figure>
{{/each}}
</div>
`,
    more: '',
  },
  md: {
    page: '{{> @partial-block}}',
    lead: '# {{title}}\n\n{{> @partial-block}}',
    takeaway: '> **{{takeaway.label}}** {{> pieces takeaway.sentence}}\n\n',
    contents: '',
    hint: '',
    section: '## {{heading}}\n\n{{> @partial-block}}',
    paragraph: '{{> @partial-block}}\n\n',
    soft: '{{> @partial-block}}\n\n',
    notice: '> {{> @partial-block}}\n\n',
    strong: '**{{> @partial-block}}**',
    link: '{{> @partial-block}}',
    links:
      '{{#each links}}{{#unless @first}} · {{/unless}}{{#if href}}[{{label}}]({{href}}){{else}}{{label}}{{/if}}{{/each}}\n\n',
    list: '{{#each this}}\n- {{this}}\n{{/each}}\n\n',
    number: '{{text}}',
    pieces:
      '{{#each this}}{{#if spaceBefore}} {{/if}}{{#if isCode}}<code>{{text}}</code>{{else if isBold}}**{{text}}**{{else if isSoft}} ({{text}}){{else if isBreak}}<br>{{else}}{{text}}{{/if}}{{#if spaceAfter}} {{/if}}{{/each}}',
    table: `|{{#each columns}} {{title}} |{{#if aside}} {{aside}} |{{/if}}{{/each}}
|{{#each columns}} ---{{#if isNumber}}:{{/if}} |{{#if aside}} --- |{{/if}}{{/each}}
{{#each groups}}
{{#if heading}}
| **{{heading}}** |{{#each blanks}} |{{/each}}
{{/if}}
{{#each rows}}
| {{> pieces first.pieces}} |{{#if hasAside}} {{aside}} |{{/if}}{{#each rest}} {{> pieces pieces}} |{{/each}}
{{/each}}
{{/each}}

`,
    figure: '[![{{alt}}]({{name}}.png)]({{name}}.svg)\n\n{{#if caption}}\n{{caption}}\n{{/if}}\n\n',
    subsets: `<details><summary>Training images of each seed, as indices into those of {{subsetsOf.dataset}}</summary>

| Training images | Seed | Runs | Which |
| --- | ---: | ---: | --- |
{{#each subsets}}
| {{heading}} | {{seed}} | {{runs}} | {{images}} |
{{/each}}

</details>

`,
    details: '<details><summary>{{summary}}</summary>\n\n{{> @partial-block}}</details>\n\n',
    mistakes: `{{#if file}}
![Test images that were taken for another class, as listed below]({{file}})

{{/if}}
| Image | Class | Taken for | Confidence, % |
| ---: | --- | --- | ---: |
{{#each mistakes}}
| {{image}} | {{label}} | {{predicted}} | {{> number confidence}} |
{{/each}}

`,
    more: 'More in docs/reproduction.md of the project.\n\n',
  },
};
