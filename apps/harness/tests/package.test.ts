import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { reportCode } from '@bit-repro/report';
import { resultCode } from '@bit-repro/runs';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const installed = join(folder, 'package');

beforeAll(async () => {
  await execa('npm', ['run', '--silent', 'pack', '--', folder], { cwd: workspaceRoot });
  const [tarball] = readdirSync(folder);
  await execa('tar', ['xzf', tarball!], { cwd: folder });
});

/** Puts a program in place of npm on the PATH, which notes how it was called. */
function withNpm(name: string, script: string): { PATH: string; BIT_REPRO_CACHE: string } {
  const place = join(folder, name);
  mkdirSync(place);
  const calls = join(place, 'calls');
  writeFileSync(join(place, 'npm'), `#!/bin/sh\necho "$@" >> ${calls}\n${script}\n`);
  chmodSync(join(place, 'npm'), 0o755);
  return { PATH: `${place}${delimiter}${process.env.PATH!}`, BIT_REPRO_CACHE: join(place, 'cache') };
}

/** Links the packages of this workspace, as `npm ci` links and unpacks those of a lock file. */
const links = `
mkdir -p node_modules/@bit-repro
for package in packages/*; do
  ln -s ../../$package node_modules/@bit-repro/
  [ ! -d ${workspaceRoot}/$package/node_modules ] || ln -s ${workspaceRoot}/$package/node_modules $package/
done
for package in ${workspaceRoot}/node_modules/*; do
  [ "$(basename $package)" = @bit-repro ] || ln -s $package node_modules/
done`;

const call = (words: readonly string[], env: NodeJS.ProcessEnv) =>
  execa(process.execPath, [join(installed, 'bin/bit-repro.cjs'), ...words], {
    cwd: folder,
    env,
    reject: false,
  });

describe('the npm package', () => {
  it('gives runs and reports the keys of the clone', async () => {
    const program = join(installed, 'program');
    expect((await resultCode(program)).digest).toBe((await resultCode()).digest);
    expect((await reportCode(program)).digest).toBe((await reportCode()).digest);
  });

  it('has no tests, and no development dependencies', async () => {
    const { stdout } = await execa('find', ['.', '-name', 'tests', '-o', '-name', '*.test.ts'], {
      cwd: installed,
    });
    expect(stdout).toBe('');
    const { stdout: lock } = await execa('grep', ['-c', '"dev": true', 'program/package-lock.json'], {
      cwd: installed,
      reject: false,
    });
    expect(lock).toBe('0');
  });

  it('installs what it needs when it is first started, and runs in the current folder', async () => {
    const env = withNpm('npm-that-links', links);
    const first = await call(['ls', '--help'], env);
    expect(first.stderr).toMatch(/^bit-repro .*: installing the packages that it needs into .*, once$/);
    expect(first.stdout).toContain('runs, in the current folder');
    const again = await call(['--version'], env);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toMatch(
      /^code {4}package with files of sha256 [0-9a-f]{64}, of commit [0-9a-f]{40}/m,
    );
    const { stdout: calls } = await execa('cat', [join(folder, 'npm-that-links/calls')]);
    expect(calls).toMatch(/^ci --omit=dev --ignore-scripts [^\n]*$/);
  });

  it('leaves nothing behind when npm fails, and says so', async () => {
    const env = withNpm('npm-that-fails', 'echo no network >&2; exit 1');
    const { exitCode, stderr } = await call(['--version'], env);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('no network');
    expect(stderr).toMatch(
      /error: the packages .* `npm ci` failed\nCheck the network and the folder, then run/,
    );
    expect(readdirSync(join(env.BIT_REPRO_CACHE, 'program'))).toEqual([]);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });
});
