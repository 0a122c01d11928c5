import { basename, dirname } from 'node:path';
import { gitIn } from './git.ts';

/** Where a checkout is from: the address of its remote `origin`, and those of some commits that were seen there. */
export interface Remote {
  url: string;
  commits: string[];
}

/** Undefined where a folder is no checkout, or has no such remote. Nothing is asked of the network. */
export async function remoteOf(folder: string, commits: readonly string[]): Promise<Remote | undefined> {
  const git = await gitIn(folder);
  const url = await git.raw('config', '--get', 'remote.origin.url').catch(() => '');
  if (url.trim() === '') return undefined;
  const seen: string[] = [];
  for (const commit of new Set(commits)) {
    const branches = [
      'for-each-ref',
      '--count=1',
      '--contains',
      commit,
      'refs/remotes/origin',
      'refs/remotes/pull',
    ];
    const found = await git.raw(...branches).catch(() => '');
    if (found.trim() !== '') seen.push(commit);
  }
  return { url: url.trim(), commits: seen };
}

/** A file as it is at the newest commit of its checkout. */
export interface CommittedFile {
  /** Top folder of the checkout. */
  top: string;
  /** From there, with slashes. */
  path: string;
  commit: string;
}

/** Undefined where the file is not committed, or was changed since, or is in no checkout. */
export async function committedAt(file: string): Promise<CommittedFile | undefined> {
  try {
    const git = await gitIn(dirname(file));
    const [path = ''] = (await git.raw('ls-files', '-z', '--full-name', '--', basename(file))).split('\0');
    if (path === '') return undefined;
    if ((await git.raw('diff', '--name-only', 'HEAD', '--', basename(file))) !== '') return undefined;
    const [top, commit] = [await git.revparse(['--show-toplevel']), await git.revparse(['HEAD'])];
    return { top: top.trim(), path, commit: commit.trim() };
  } catch {
    return undefined;
  }
}
