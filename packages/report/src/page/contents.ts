import { parse } from 'node-html-parser';

/** The sections of a page, as its contents list them. */
export const contentsOf = (html: string): { id: string; title: string }[] =>
  parse(html)
    .querySelectorAll('main section h2')
    .flatMap(({ id, textContent: title }) => (id === '' ? [] : [{ id, title }]));
