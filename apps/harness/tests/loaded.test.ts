import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'loaded-'));
const record = join(folder, 'record');
const hooks = join(folder, 'hooks.mjs');
const preload = join(folder, 'preload.mjs');

writeFileSync(
  hooks,
  `import { appendFileSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  appendFileSync(${JSON.stringify(record)}, resolved.url + '\\n');
  return resolved;
}`,
);
writeFileSync(
  preload,
  `import { register } from 'node:module'; register(${JSON.stringify(hooks)}, 'file:///');`,
);

/** The npm packages, and the folders of this workspace, that the program imports. */
async function imported(...words: string[]): Promise<string[]> {
  writeFileSync(record, '');
  const harness = join(workspaceRoot, 'apps/harness/bin/harness.cjs');
  await execa(process.execPath, ['--import', preload, harness, ...words]);
  const urls = readFileSync(record, 'utf8').split('\n');
  const places = urls.map((url) =>
    /(?:node_modules\/(?<npm>(?:@[^/]+\/)?[^/]+)|(?<own>(?:apps|packages)\/[^/]+))\/(?!.*node_modules)/.exec(
      url,
    ),
  );
  return [...new Set(places.map((place) => place?.groups!.npm ?? place?.groups!.own ?? ''))].sort();
}

/** Each takes longer to load than the program may take to show its help. */
const slow = ['undici', 'zod', 'vega', 'sharp', 'simple-git', '@tensorflow/tfjs-node-gpu'];

it.each(['--help', 'run --help', 'complete -- ru'])(
  '`%s` loads nothing that only other commands need',
  async (words) => {
    const found = await imported(...words.split(' '));
    expect(found.filter((place) => /^(?:apps|packages)\//.test(place))).toEqual([
      'apps/harness',
      'packages/artifacts',
      'packages/runs', // one file, the states of a run
      'packages/terminal',
    ]);
    expect(found.filter((place) => slow.includes(place))).toEqual([]);
  },
);

it('what a command needs is seen when it is loaded', async () => {
  expect(await imported('validate', 'smoke')).toEqual(expect.arrayContaining(['zod', 'packages/experiment']));
});
