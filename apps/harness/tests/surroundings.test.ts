import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunStore } from '@bit-repro/runs';
import { workspaceRoot } from '@bit-repro/artifacts';
import { finish, seeded } from '@bit-repro/runs/testing';

const folder = mkdtempSync(join(tmpdir(), 'surroundings-'));
const store = new RunStore(join(folder, 'runs'));
const harness = join(workspaceRoot, 'apps/harness/bin/harness.cjs');

beforeAll(async () => {
  await finish(store, seeded(1), 42);
  chmodSync(folder, 0o755);
});

/** A user without an entry in the system's user database, as in a container. */
const nobody = { uid: 54_321, gid: 54_321 };
const canBeAnother = process.getuid?.() === 0;

interface Surroundings {
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

const call = (words: readonly string[], { env, ...user }: Surroundings) =>
  execa(process.execPath, [harness, ...words], {
    cwd: workspaceRoot,
    env: { PATH: process.env.PATH!, ...env },
    extendEnv: false,
    reject: false,
    ...user,
  });

describe('a command', () => {
  it.runIf(canBeAnother).each([
    ['without a name or a home', { BIT_REPRO_CACHE: '/nowhere' }],
    ['without a home and a cache', {}],
  ])('lists runs for a user %s', async (_, env) => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary, { recursive: true });
    chmodSync(temporary, 0o777);
    const ended = await call(['ls', '--runs', store.folder], {
      env: { ...env, TMPDIR: temporary },
      ...nobody,
    });
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ended.stdout).toContain('42.00 %');
  });

  it.runIf(canBeAnother)('says what to set if the user has no home folder for the cache', async () => {
    const temporary = mkdtempSync(join(folder, 'open-'));
    chmodSync(temporary, 0o777);
    const ended = await call(['weights', 'list'], { env: { TMPDIR: temporary }, ...nobody });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toBe(
      'error: There is no folder for the cache: this user has no home folder\nSet BIT_REPRO_CACHE to a folder for the cache.',
    );
  });

  it.runIf(canBeAnother)('explains that `~` needs a home folder', async () => {
    const temporary = mkdtempSync(join(folder, 'open-'));
    chmodSync(temporary, 0o777);
    const ended = await call(['ls', '--runs', '~/runs'], { env: { TMPDIR: temporary }, ...nobody });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(
      "argument '~/runs' is invalid. Cannot expand `~`: this user has no home folder. Write the path in full.",
    );
  });

  it.runIf(canBeAnother)('works if no temporary files can be written', async () => {
    const sealed = mkdtempSync(join(folder, 'sealed-'));
    chmodSync(sealed, 0o555);
    const ended = await call(['--help'], { env: { TMPDIR: sealed }, ...nobody });
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ended.stdout).toContain('Usage: harness');
    rmSync(sealed, { recursive: true });
  });

  it('that only shows something ends quietly when its output is closed', async () => {
    const telling = execa(process.execPath, [harness, 'ls', '--runs', store.folder], { reject: false });
    telling.stdout.destroy();
    expect(await telling).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

it('Nx is installed even if NODE_ENV is production', async () => {
  const { stdout } = await execa('npm', ['config', 'get', 'include'], {
    cwd: workspaceRoot,
    env: { NODE_ENV: 'production' },
  });
  expect(stdout).toBe('dev');
});
