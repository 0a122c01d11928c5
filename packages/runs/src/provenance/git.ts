import { realpath } from 'node:fs/promises';
import { execa } from 'execa';
import type { SimpleGit, StatusResult } from 'simple-git';

/**
 * The environment that git needs. Other variables, set by a hook or a user, could select another repository
 * or change git's output.
 */
const environment = (): Record<string, string> => ({
  ...Object.fromEntries(
    ['PATH', 'HOME', 'USERPROFILE', 'XDG_CONFIG_HOME'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  ),
  LC_ALL: 'C',
});

/** The state of a git checkout, or why it is unknown. */
export type CheckoutState = { sha: string; branch?: string; status: StatusResult } | { unknown: string };

/** Git in a folder, with nothing of the environment that could lead it elsewhere. */
export async function gitIn(folder: string): Promise<SimpleGit> {
  // Only what asks git needs it; whoever imports this package should not wait for it.
  const { simpleGit } = await import('simple-git');
  return simpleGit(folder).env(environment());
}

/** Reads the state of a folder that must be the top of a git checkout. */
export async function stateOfCheckout(folder: string): Promise<CheckoutState> {
  const git = await gitIn(folder);
  try {
    const top = (await git.revparse(['--show-toplevel'])).trim();
    if ((await realpath(top)) !== (await realpath(folder)))
      return { unknown: 'it is not a git checkout, but is inside one' };
    const sha = await git.revparse(['--verify', '--quiet', 'HEAD']).catch(() => '');
    if (sha === '') return { unknown: 'its git repository has no commit yet' };
    const status = await git.status();
    return { sha, ...(status.current !== null && { branch: status.current }), status };
  } catch (error) {
    return { unknown: reasonOf(error as Error) };
  }
}

function reasonOf({ message }: Error): string {
  if (/\bENOENT\b/.test(message)) return 'git is not installed';
  if (message.includes('not a git repository')) return 'it is not a git checkout';
  const said = message.trim().split('\n')[0]!;
  return `git reports: ${said.replace(/^(?:fatal|error): /, '')}`;
}

/** A format that `git apply` accepts, whatever the user has configured. */
const forMachines = [
  ...['--no-ext-diff', '--no-textconv', '--no-color', '--no-relative'],
  ...['--binary', '--full-index', '--unified=3'],
  ...['--src-prefix=a/', '--dst-prefix=b/', '--submodule=short', '--find-renames', '-O/dev/null'],
];

/**
 * The output of `git diff` as bytes: simple-git would decode it as UTF-8, but files may have any encoding.
 *
 * @param args follow the format options.
 * @returns undefined if it is longer than `most` bytes.
 */
export async function gitDiff(
  folder: string,
  args: readonly string[],
  most: number,
): Promise<Buffer | undefined> {
  const asked = ['--literal-pathspecs', 'diff', ...forMachines, ...args];
  const { stdout, exitCode, isMaxBuffer, stderr } = await execa('git', asked, {
    cwd: folder,
    env: environment(),
    extendEnv: false,
    stdin: 'ignore',
    encoding: 'buffer',
    maxBuffer: most,
    stripFinalNewline: false,
    reject: false,
  });
  if (isMaxBuffer) return undefined;
  // `--no-index` exits with 1 if the files differ.
  if (exitCode === 0 || (exitCode === 1 && args.includes('--no-index'))) return Buffer.from(stdout);
  throw new Error(`git diff failed: ${Buffer.from(stderr).toString().trim()}`);
}

/**
 * Which of these files, relative to the top of a checkout, differ from a commit; new ones, too.
 *
 * @returns why that is unknown, if git cannot tell.
 */
export async function changedSince(
  sha: string,
  files: readonly string[],
  folder: string,
): Promise<string[] | { unknown: string }> {
  const git = await gitIn(folder);
  const names = (output: string): string[] => output.split('\0').filter((name) => name !== '');
  try {
    const changed = await git.raw(['diff', '--name-only', '-z', '--no-renames', sha, '--', ...files]);
    const added = await git.raw(['ls-files', '--others', '-z', '--', ...files]);
    return [...new Set([...names(changed), ...names(added)])].sort();
  } catch (error) {
    return { unknown: reasonOf(error as Error) };
  }
}
