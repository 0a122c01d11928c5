import type { Provenance } from '../store/records.ts';
import { counted } from '@bit-repro/artifacts';

/** The commit, with a plus where the code differed from it. */
export const commitOf = (git: Provenance['git']): string =>
  'unknown' in git || git.sha === undefined ? 'unknown' : `${git.sha.slice(0, 7)}${git.dirty ? '+' : ''}`;

/** The commit in full, and whether the code was what it says. */
export function describeCommit(git: Provenance['git']): string {
  if ('unknown' in git) return `commit unknown: ${git.unknown}`;
  if (git.sha === undefined) return 'commit unknown';
  const { sha, dirty, notKept = [] } = git;
  const lost = notKept.length === 0 ? '' : `, without ${counted(notKept.length, 'file')} too large to keep`;
  return `commit ${sha}${dirty ? `, with uncommitted changes (code.diff in the run’s folder${lost})` : ', clean'}`;
}
