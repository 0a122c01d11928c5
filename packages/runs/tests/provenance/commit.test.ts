import { expect, it } from 'vitest';
import { cleanCommitOf } from '../../src/provenance/commit.ts';

const sha = 'c'.repeat(40);

it.each([
  ['is that of a checkout without changes', { sha, dirty: false, untracked: [] }, sha],
  ['is none where there are uncommitted changes', { sha, dirty: true, untracked: [] }, undefined],
  ['is none where git cannot tell', { unknown: 'git is not installed' }, undefined],
])('the commit of the code %s', (_, git, expected) => {
  expect(cleanCommitOf(git)).toBe(expected);
});
