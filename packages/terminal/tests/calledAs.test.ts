import { expect, it } from 'vitest';
import { asTyped, calledAs } from '../src/calledAs.ts';

const text = 'Run `npx harness provision`; harness:fig6 stays, and npx harnesses.';

it.each([
  ['in a clone', '/clone/node_modules/.bin/harness', 'npx harness'],
  ['in a clone, as bit-repro', '/clone/node_modules/.bin/bit-repro', 'npx bit-repro'],
  ['by Nx', '/clone/apps/harness/bin/harness.cjs', 'npx harness'],
  ['from a folder of the PATH', '/usr/local/bin/bit-repro', 'bit-repro'],
  ['by a test', '/clone/node_modules/vitest/vitest.mjs', 'npx harness'],
])('commands are named as the user types them: %s', (_, script, typed) => {
  expect(asTyped(text, script)).toBe(`Run \`${typed} provision\`; harness:fig6 stays, and npx harnesses.`);
});

it.each([
  ['/bin/bit-repro', 'bit-repro'],
  ['/bin/harness', 'harness'],
  ['/bin/other', 'harness'],
])('a program called by %s is %s', (script, name) => {
  expect(calledAs(['harness', 'bit-repro'], script)).toBe(name);
});
