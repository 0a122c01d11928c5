import type { Provenance } from '../store/records.ts';
import { counted } from '@bit-repro/artifacts';

/** The short commit, with a plus if there were uncommitted changes. */
export const commitOf = (git: Provenance['git']): string =>
  'unknown' in git || git.sha === undefined ? 'unknown' : `${git.sha.slice(0, 7)}${git.dirty ? '+' : ''}`;

/** The full commit, where the code was just this; none where it is unknown or had uncommitted changes. */
export const cleanCommitOf = (git: Provenance['git']): string | undefined =>
  'unknown' in git || git.dirty ? undefined : git.sha;

/** The full commit, and whether there were uncommitted changes. */
export function describeCommit(git: Provenance['git']): string {
  if ('unknown' in git) return `commit unknown: ${git.unknown}`;
  if (git.sha === undefined) return 'commit unknown';
  const { sha, dirty, notKept = [] } = git;
  const lost = notKept.length === 0 ? '' : `, without ${counted(notKept.length, 'file')} too large to keep`;
  return `commit ${sha}${dirty ? `, with uncommitted changes (code.diff in the run’s folder${lost})` : ', clean'}`;
}
