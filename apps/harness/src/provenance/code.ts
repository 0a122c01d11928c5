import { simpleGit } from 'simple-git';
import type { Provenance } from '../store/records.ts';
import { workspaceRoot } from '../workspace.ts';

/** What runs write into the working tree: no run depends on it. */
const outputs = 'reports/';

/** The commit the code is at, and how the working tree differs from it. */
export async function describeCode(
  folder = workspaceRoot,
): Promise<{ git: Provenance['git']; diff?: string }> {
  const git = simpleGit(folder);
  if (!(await git.checkIsRepo().catch(() => false))) return { git: { dirty: false, untracked: [] } };
  const status = await git.status();
  const sha = await git.revparse(['HEAD']).catch(() => undefined);
  const dirty = status.files.some(({ index, path }) => index !== '?' && !path.startsWith(outputs));
  return {
    git: {
      ...(sha === undefined ? {} : { sha }),
      ...(status.current === null ? {} : { branch: status.current }),
      dirty,
      untracked: status.not_added,
    },
    ...(dirty && sha !== undefined
      ? { diff: await git.diff(['HEAD', '--', '.', `:(exclude)${outputs}`]) }
      : {}),
  };
}
