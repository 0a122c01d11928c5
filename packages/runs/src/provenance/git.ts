import { realpath } from 'node:fs/promises';
import { execa } from 'execa';
import { simpleGit, type StatusResult } from 'simple-git';

/** What git needs of the environment. What else a hook or a user sets may name another repository, or change what git says. */
const environment = (): Record<string, string> => ({
  ...Object.fromEntries(
    ['PATH', 'HOME', 'USERPROFILE', 'XDG_CONFIG_HOME'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  ),
  LC_ALL: 'C',
});

/** What git knows of a folder that is the top of a repository; or why that cannot be told. */
export type CheckoutState = { sha: string; branch?: string; status: StatusResult } | { unknown: string };

/** Asks git about a folder. */
export async function stateOfCheckout(folder: string): Promise<CheckoutState> {
  const git = simpleGit(folder).env(environment());
  try {
    const top = (await git.revparse(['--show-toplevel'])).trim();
    if ((await realpath(top)) !== (await realpath(folder)))
      return { unknown: 'it is no git checkout, but lies in one of something else' };
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
  if (message.includes('not a git repository')) return 'it is no git checkout';
  const said = message.trim().split('\n')[0]!;
  return `git refuses: ${said.replace(/^(?:fatal|error): /, '')}`;
}

/** A form that `git apply` takes, whatever the user has configured for people. */
const forMachines = [
  ...['--no-ext-diff', '--no-textconv', '--no-color', '--no-relative'],
  ...['--binary', '--full-index', '--unified=3'],
  ...['--src-prefix=a/', '--dst-prefix=b/', '--submodule=short', '--find-renames', '-O/dev/null'],
];

/**
 * What `git diff` says, as bytes: simple-git would read them as UTF-8, and files are in whatever they are in.
 *
 * @param args behind the options of form.
 * @returns nothing where it is more than `most` bytes.
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
  // 1 is the answer of `--no-index` where files differ.
  if (exitCode === 0 || (exitCode === 1 && args.includes('--no-index'))) return Buffer.from(stdout);
  throw new Error(`git diff failed: ${Buffer.from(stderr).toString().trim()}`);
}
