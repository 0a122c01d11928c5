import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeCode, type Code } from '../../src/provenance/code.ts';
import { changedSince } from '../../src/provenance/git.ts';

const source = 'packages/engine/src/new.ts';
let folder: string;
const described = (): Promise<Code> => describeCode([source], folder);
const file = (name: string): string => join(folder, name);
const git = (...args: string[]): Promise<{ stdout: string }> =>
  execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });

afterEach(() => {
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'code-'));
  // Ignore the configuration of the user who runs the tests.
  vi.stubEnv('HOME', mkdtempSync(join(tmpdir(), 'home-')));
  await git('init', '--quiet', '--initial-branch=main');
  mkdirSync(file('packages/engine/src'), { recursive: true });
  writeFileSync(file('a.txt'), 'one\ntwo\nfour\n');
  writeFileSync(file('b.bin'), Buffer.from([0, 1, 2, 255]));
  writeFileSync(file('latin.txt'), Buffer.from('caf\xe9\n', 'latin1'));
  await git('add', '--all');
  await git('commit', '--quiet', '--message=x');
});

describe('the code', () => {
  it('is known by its commit and branch, and clean', async () => {
    const { stdout: sha } = await git('rev-parse', 'HEAD');
    expect(await described()).toEqual({ git: { sha, branch: 'main', dirty: false, untracked: [] } });
  });

  it.each<[string, () => void | Promise<void>, string]>([
    [
      'a folder that is not a git checkout',
      () => {
        rmSync(file('.git'), { recursive: true });
      },
      'it is not a git checkout',
    ],
    [
      'a copy inside another repository',
      async () => {
        mkdirSync(file('copy'));
        writeFileSync(file('copy/a.txt'), 'one\n');
        await git('add', '--all');
        await git('commit', '--quiet', '--message=y');
        folder = file('copy');
      },
      'it is not a git checkout, but is inside one',
    ],
    [
      'a repository without a commit',
      async () => {
        rmSync(file('.git'), { recursive: true });
        await git('init', '--quiet');
      },
      'its git repository has no commit yet',
    ],
    ['a machine without git', () => void vi.stubEnv('PATH', '/nowhere'), 'git is not installed'],
    [
      'a repository that git cannot read',
      () => {
        writeFileSync(file('.git/config'), '[core\n');
      },
      'git reports: bad config line 1 in file .git/config',
    ],
  ])('is unknown in %s, with the reason', async (_, change, reason) => {
    await change();
    expect(await described()).toEqual({ git: { unknown: reason } });
  });

  it("is unknown in a repository of another owner, with git's reason", async () => {
    vi.stubEnv(
      'PATH',
      gitThat(`echo "fatal: detected dubious ownership in repository at '/x'" >&2; exit 128`),
    );
    const { git } = await described();
    expect(git).toEqual({ unknown: "git reports: detected dubious ownership in repository at '/x'" });
  });

  it('is that of its folder, whatever repository the environment names', async () => {
    const { stdout: sha } = await git('rev-parse', 'HEAD');
    vi.stubEnv('GIT_DIR', '/nowhere');
    expect((await described()).git).toMatchObject({ sha });
  });

  it('is known by its commit through a link to its folder', async () => {
    const { stdout: sha } = await git('rev-parse', 'HEAD');
    const other = `${folder}-link`;
    symlinkSync(folder, other);
    expect((await describeCode([], other)).git).toMatchObject({ sha });
  });
});

/** A PATH on which git is a shell script. */
function gitThat(script: string): string {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH!}`;
}

describe('the uncommitted changes', () => {
  /** The working tree after applying the diff to the commit. */
  const restored = async (diff: Buffer): Promise<Record<string, Buffer>> => {
    const clone = mkdtempSync(join(tmpdir(), 'restored-'));
    await execa('git', ['clone', '--quiet', folder, clone]);
    await execa('git', ['apply'], { cwd: clone, input: diff });
    const names = readdirSync(clone, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      names
        .filter((item) => item.isFile() && !item.parentPath.includes('.git'))
        .map((item) => join(item.parentPath, item.name))
        .map((path) => [path.slice(clone.length + 1), readFileSync(path)]),
    );
  };

  it.each([
    ['nothing', ''],
    ['colours', '[color]\n\tui = always\n'],
    ['an external diff tool', '[diff]\n\texternal = /bin/echo\n'],
    ['no prefixes', '[diff]\n\tnoprefix = true\n'],
    ['mnemonic prefixes', '[diff]\n\tmnemonicPrefix = true\n'],
    ['copy detection', '[diff]\n\trenames = copies\n'],
    ['no context lines', '[diff]\n\tcontext = 0\n'],
    ['a status without untracked files', '[status]\n\tshowUntrackedFiles = no\n\tshort = true\n'],
    [
      'a text conversion for binary files',
      '[core]\n\tattributesFile = ~/attributes\n[diff "x"]\n\ttextconv = cat -A\n',
    ],
  ])('reproduce the working tree from the commit if the user has configured %s', async (_, config) => {
    writeFileSync(join(process.env.HOME!, '.gitconfig'), config);
    writeFileSync(join(process.env.HOME!, 'attributes'), '*.bin diff=x\n');
    writeFileSync(file('a.txt'), 'one\nthree\nfour\n');
    writeFileSync(file('b.bin'), Buffer.from([0, 9, 200]));
    writeFileSync(file('latin.txt'), Buffer.from('th\xe9\n', 'latin1'));
    writeFileSync(file(source), 'export const one = 1;\n');
    const { git: state, diff } = await described();
    expect(state).toMatchObject({ dirty: true, untracked: [source] });
    expect(await restored(diff!)).toEqual({
      'a.txt': Buffer.from('one\nthree\nfour\n'),
      'b.bin': Buffer.from([0, 9, 200]),
      'latin.txt': Buffer.from('th\xe9\n', 'latin1'),
      [source]: Buffer.from('export const one = 1;\n'),
    });
  });

  it('include files that were deleted, renamed and added', async () => {
    await git('mv', 'a.txt', 'with space.txt');
    rmSync(file('b.bin'));
    renameSync(file('latin.txt'), file('latin2.txt'));
    await git('add', 'latin2.txt');
    const names = Object.keys(await restored((await described()).diff!));
    expect(names.sort()).toEqual(['latin2.txt', 'with space.txt']);
  });

  it('leave out untracked files that no run depends on', async () => {
    writeFileSync(file('notes.txt'), 'private');
    const { git: state, diff } = await described();
    expect(state).toMatchObject({ dirty: false, untracked: ['notes.txt'] });
    expect(diff).toBeUndefined();
  });

  it.each([
    ['new', false],
    ['committed', true],
  ])('leave out reports, which runs write themselves: %s ones', async (_, added) => {
    mkdirSync(file('reports'));
    writeFileSync(file('reports/x.md'), 'x');
    if (added) await git('add', '--all');
    expect((await described()).git).toMatchObject({ dirty: false, untracked: [] });
  });

  it('leave out files too large to be code, and name them', async () => {
    writeFileSync(file('a.txt'), 'three\n');
    writeFileSync(file('data.bin'), Buffer.alloc(2 ** 20 + 1, 'x'));
    await git('add', '--all');
    const { git: state, diff } = await described();
    expect(state).toMatchObject({ dirty: true, notKept: ['data.bin'] });
    expect(diff!.toString()).toContain('+three');
    expect(diff!.length).toBeLessThan(1000);
  });

  it('include files whose names git would take for patterns', async () => {
    writeFileSync(file('[a].txt'), 'x\n');
    await git('add', '--all');
    expect(Object.keys(await restored((await described()).diff!))).toContain('[a].txt');
  });
});

describe('files that changed since a commit', () => {
  const changed = (sha: string): ReturnType<typeof changedSince> =>
    changedSince(sha, ['a.txt', 'b.bin', source], folder);

  it('are those that were committed, altered, removed or added, and no others', async () => {
    const { stdout: sha } = await git('rev-parse', 'HEAD');
    expect(await changed(sha)).toEqual([]);
    writeFileSync(file('a.txt'), 'two\n');
    await git('commit', '--quiet', '--all', '--message=y');
    rmSync(file('b.bin'));
    writeFileSync(file(source), '');
    writeFileSync(file('latin.txt'), '');
    expect(await changed(sha)).toEqual(['a.txt', 'b.bin', source]);
  });

  it('are unknown where the commit is', async () => {
    expect(await changed('c'.repeat(40))).toEqual({
      unknown: expect.stringMatching(/^git reports: /) as string,
    });
  });
});
