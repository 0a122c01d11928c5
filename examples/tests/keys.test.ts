import { beforeAll, expect, it } from 'vitest';
import type * as runsPackage from '@bit-repro/runs';
import { WorkspaceCopy, type Additions } from '../testing/workspaceCopy.ts';

/** The digest of the code that a run's key holds. */
async function resultCodeWith(additions: Additions): Promise<string> {
  const workspace = new WorkspaceCopy(additions);
  const { resultCode } = (await workspace.module('packages/runs/src/index.ts')) as typeof runsPackage;
  return (await resultCode()).digest;
}

let before: string;
beforeAll(async () => {
  before = await resultCodeWith({});
});

it.each<[string, Additions, boolean]>([
  [
    'changed by a new data set',
    { files: { 'packages/data/src/patterns.ts': 'dataset/patterns.ts' }, patch: 'dataset/register.patch' },
    false,
  ],
  ['changed by a new architecture', { patch: 'architecture/nano.patch' }, false],
  [
    'kept by a new section of reports',
    {
      files: { 'packages/report/src/sections/slowest.ts': 'section/slowest.ts' },
      patch: 'section/register.patch',
    },
    true,
  ],
  ['kept by a new launcher', { patch: 'launcher/register.patch' }, true],
])('the keys of runs are %s', async (_, additions, isKept) => {
  expect((await resultCodeWith(additions)) === before).toBe(isKept);
});
