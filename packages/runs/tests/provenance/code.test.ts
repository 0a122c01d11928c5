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
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeCode, type Code } from '../../src/provenance/code.ts';

const source = 'packages/engine/src/new.ts';
let folder: string;
const described = (): Promise<Code> => describeCode([source], folder);
const file = (name: string): string => join(folder, name);
const git = (...args: string[]): Promise<{ stdout: string }> =>
  execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });

beforeEach(async () => {
  vi.unstubAllEnvs();
  folder = mkdtempSync(join(tmpdir(), 'code-'));
  // What the user has configured is the test's to say.
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
      'no git checkout',
      () => {
        rmSync(file('.git'), { recursive: true });
      },
      'it is no git checkout',
    ],
    [
      'a copy within another repository',
      async () => {
        mkdirSync(file('copy'));
        writeFileSync(file('copy/a.txt'), 'one\n');
        await git('add', '--all');
        await git('commit', '--quiet', '--message=y');
        folder = file('copy');
      },
      'it is no git checkout, but lies in one of something else',
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
      `git refuses: bad config line 1 in file .git/config`,
    ],
  ])('is unknown in %s, with the reason', async (_, change, reason) => {
    await change();
    expect(await described()).toEqual({ git: { unknown: reason } });
  });

  it('is unknown in a repository of another owner, by what git says', async () => {
    vi.stubEnv(
      'PATH',
      gitThat(`echo "fatal: detected dubious ownership in repository at '/x'" >&2; exit 128`),
    );
    const { git } = await described();
    expect(git).toEqual({ unknown: "git refuses: detected dubious ownership in repository at '/x'" });
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

/** A PATH whose git is a shell script. */
function gitThat(script: string): string {
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH!}`;
}

describe('the difference of the code to its commit', () => {
  /** The working tree that the difference makes of the commit. */
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
    ['colours always', '[color]\n\tui = always\n'],
    ['a tool of their own for differences', '[diff]\n\texternal = /bin/echo\n'],
    ['no prefixes', '[diff]\n\tnoprefix = true\n'],
    ['mnemonic prefixes', '[diff]\n\tmnemonicPrefix = true\n'],
    ['copies told', '[diff]\n\trenames = copies\n'],
    ['no lines around a change', '[diff]\n\tcontext = 0\n'],
    ['only files told that git knows', '[status]\n\tshowUntrackedFiles = no\n\tshort = true\n'],
    [
      'a text made of binary files',
      '[core]\n\tattributesFile = ~/attributes\n[diff "x"]\n\ttextconv = cat -A\n',
    ],
  ])('makes the same files of the commit where the user has configured %s', async (_, config) => {
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

  it('holds files that went, came under another name, and were added', async () => {
    await git('mv', 'a.txt', 'with space.txt');
    rmSync(file('b.bin'));
    renameSync(file('latin.txt'), file('latin2.txt'));
    await git('add', 'latin2.txt');
    const names = Object.keys(await restored((await described()).diff!));
    expect(names.sort()).toEqual(['latin2.txt', 'with space.txt']);
  });

  it('has no file that no run depends on, of those that git does not know', async () => {
    writeFileSync(file('notes.txt'), 'private');
    const { git: state, diff } = await described();
    expect(state).toMatchObject({ dirty: false, untracked: ['notes.txt'] });
    expect(diff).toBeUndefined();
  });

  it('has no report, which runs write themselves', async () => {
    mkdirSync(file('reports'));
    writeFileSync(file('reports/x.md'), 'x');
    await git('add', '--all');
    expect((await described()).git).toMatchObject({ dirty: false });
  });

  it('leaves out what is too large to be code, and says so', async () => {
    writeFileSync(file('a.txt'), 'three\n');
    writeFileSync(file('data.bin'), Buffer.alloc(2 ** 20 + 1, 'x'));
    await git('add', '--all');
    const { git: state, diff } = await described();
    expect(state).toMatchObject({ dirty: true, notKept: ['data.bin'] });
    expect(diff!.toString()).toContain('+three');
    expect(diff!.length).toBeLessThan(1000);
  });

  it('is of files whose names git would take for patterns', async () => {
    writeFileSync(file('[a].txt'), 'x\n');
    await git('add', '--all');
    expect(Object.keys(await restored((await described()).diff!))).toContain('[a].txt');
  });
});
