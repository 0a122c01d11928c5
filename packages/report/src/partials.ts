export type ReportFormat = 'md' | 'html';

/** Pieces that templates share, in each format. */
export const partials: Record<ReportFormat, Record<string, string>> = {
  html: {
    number:
      '{{#if isDerived}}<data value="{{value}}" data-number="{{ref}}">{{text}}</data>{{else}}{{text}}{{/if}}',
    chart:
      '<div class="page chart" data-figure="{{name}}" data-layout="page" role="img" aria-label="{{alt}}">{{page}}</div>\n' +
      '<div class="phone chart" data-figure="{{name}}" data-layout="phone" role="img" aria-label="{{alt}}">{{phone}}</div>',
    verdictCells:
      '<th scope="row">{{who}} <span class="soft">{{model}}, {{heading}}</span></th>' +
      '<td class="n">{{> number n}}</td><td class="n key">{{> number median}}</td>' +
      '<td class="n">{{#if hasInterval}}{{> number low}} – {{> number high}}{{else}}<span class="soft why">{{refusal}}</span>{{/if}}</td>' +
      '<td class="n">{{> number marginLow}} – {{> number marginHigh}}</td><td>{{verdict}}</td>' +
      '<td class="n">{{> number pEquivalence}}</td><td class="n">{{> number pDifference}}</td>' +
      '<td class="n">{{#if hasNeeded}}{{> number needed}}{{else}}–{{/if}}</td>',
  },
  md: {
    number: '{{text}}',
    verdictCells:
      '{{who}} | {{model}} | {{heading}} | {{> number n}} | {{> number median}} | ' +
      '{{#if hasInterval}}{{> number low}} – {{> number high}}{{else}}{{refusal}}{{/if}} | ' +
      '{{> number marginLow}} – {{> number marginHigh}} | {{verdict}} | {{> number pEquivalence}} | ' +
      '{{> number pDifference}} | {{#if hasNeeded}}{{> number needed}}{{else}}–{{/if}}',
  },
};
