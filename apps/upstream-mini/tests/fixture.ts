import { readFileSync } from 'node:fs';

/** The content of a fixture made by tools/reference/make_upstream_fixtures.py. */
export const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as unknown;
