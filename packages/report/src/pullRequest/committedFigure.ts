import { join } from 'node:path';
import hostedGitInfo from 'hosted-git-info';
import { committedAt, remoteOf } from '@bit-repro/runs';
import { reportFiles } from '../reportFiles.ts';

/**
 * The address of a report's figure on GitHub, where it is committed as it is now and GitHub has the commit. It is one that GitHub
 * shows in private repositories, too.
 */
export async function committedFigure(folder: string): Promise<string | undefined> {
  const found = await committedAt(join(folder, reportFiles.figure.png));
  if (found === undefined) return undefined;
  const remote = await remoteOf(found.top, [found.commit]);
  const host = remote && hostedGitInfo.fromUrl(remote.url, { noCommittish: true });
  if (remote?.commits.length !== 1 || host?.type !== 'github') return undefined;
  return `${host.browse()}/raw/${found.commit}/${found.path.split('/').map(encodeURIComponent).join('/')}`;
}
