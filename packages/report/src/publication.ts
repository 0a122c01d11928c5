import hostedGitInfo from 'hosted-git-info';
import { z } from 'zod';
import { workspaceRoot } from '@bit-repro/artifacts';
import { cleanCommitOf, remoteOf, type RunRecord } from '@bit-repro/runs';

/** Where the code of a report can be read by others: a repository of a known host, and those commits of its runs that are there. */
export const publicationSchema = z.strictObject({
  /** "github:owner/name". No other address can be made of it than one of that host. */
  repository: z.string().regex(/^(github|gitlab|bitbucket|sourcehut):~?[\w.-]+(\/[\w.-]+)+$/),
  commits: z.array(z.string().regex(/^[0-9a-f]{40,64}$/)),
});
export type Publication = z.infer<typeof publicationSchema>;

/** The commits that runs were made at, without changes. */
export const commitsOf = (records: Iterable<RunRecord>): string[] => [
  ...new Set([...records].flatMap(({ provenance: { git } }) => cleanCommitOf(git) ?? [])),
];

/** What of the runs' code is published, by what this checkout knows of its remote. */
export async function publicationOf(
  records: readonly RunRecord[],
  folder: string = workspaceRoot,
): Promise<Publication | undefined> {
  const remote = await remoteOf(folder, commitsOf(records));
  const host = remote && hostedGitInfo.fromUrl(remote.url, { noCommittish: true });
  if (remote === undefined || host === undefined) return undefined;
  const { success, data } = publicationSchema.safeParse({
    repository: host.shortcut(),
    commits: remote.commits,
  });
  return success && data.commits.length > 0 ? data : undefined;
}

/** The address of a file, or of all of them, as they were at a commit. */
export function addressAt(repository: string, commit: string, path?: string): string {
  const host = hostedGitInfo.fromUrl(`${repository}#${commit}`)!;
  return path === undefined ? host.browse() : host.browse(path);
}
