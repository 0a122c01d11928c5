import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '@bit-repro/artifacts/testing';
import { provision } from '../src/index.ts';
import { installedEngines, verifyInstallation } from '../src/provision/installation.ts';
import { installationForTests } from '../testing/index.ts';
import { emptyFolder, fakeProgram } from './fakes.ts';

const installed = await installationForTests();

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('provision', () => {
  it('finds all in place the second time, without Python or a compiler', async () => {
    const first = { ...installed };
    vi.stubEnv('PATH', '/nowhere');
    expect(await provision({ flavour: 'cpu' })).toEqual(first);
    expect(await installedEngines()).toContainEqual(first);
    expect(await verifyInstallation(first)).toEqual([]);
  });

  const unreachable =
    "WARNING: Retrying after connection broken by 'NewConnectionError(...): Failed to establish a new connection'";
  it.each([
    ['there is no pip', 'python3: No module named pip', /no pip for python3/, /ensurepip/],
    ['the disk is full', 'OSError: [Errno 28] No space left on device', /disk is full/, /Free some/],
    ['the network is down', unreachable, /does not answer/, /proxy/],
    ['a proxy breaks certificates', 'SSLError(CERTIFICATE_VERIFY_FAILED)', /certificate/, /global\.cert/],
    ['the index lacks the release', 'ERROR: No matching distribution found', /no such wheel/, /Update pip/],
    ['pip prints something else', 'ERROR: first\nERROR: oh dear', /: ERROR: oh dear/, /pip download/],
  ])('gives a remedy if %s', async (_, stderr, message, remedy) => {
    const text = join(emptyFolder(), 'stderr');
    writeFileSync(text, stderr);
    fakeProgram('python3', `cat ${text} >&2; exit 1`);
    const attempt = provision({ flavour: 'cpu', cacheRoot: emptyFolder(), sources: ['pip'] });
    await expect(attempt).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it.each([
    [
      'another language',
      { LC_ALL: 'de_DE.UTF-8' },
      `case $LC_ALL in C) echo 'OSError: [Errno 122] Disk quota exceeded';; *) echo 'OSError: [Errno 122] Kontingent überschritten';; esac`,
      /disk is full/,
    ],
    [
      'colours',
      { FORCE_COLOR: '1' },
      `case $FORCE_COLOR in '') echo 'ERROR: oh dear';; *) printf '\\033[31mERROR: oh dear\\033[0m\\n\\033[0m';; esac`,
      /: ERROR: oh dear$/,
    ],
  ])('understands pip even if the user configured %s', async (_, environment, speak, message) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    fakeProgram('python3', `{ ${speak}; } >&2; exit 1`);
    const attempt = provision({ flavour: 'cpu', cacheRoot: emptyFolder(), sources: ['pip'] });
    await expect(attempt).rejects.toThrow(message);
  });

  it('reports a pip that downloads nothing', async () => {
    fakeProgram('python3', 'exit 0');
    const attempt = provision({ flavour: 'cpu', cacheRoot: emptyFolder(), sources: ['pip'] });
    await expect(attempt).rejects.toThrow('pip downloaded no wheel of');
  });

  it('reports that there is no Python', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const attempt = provision({ flavour: 'cpu', cacheRoot: emptyFolder(), sources: ['pip'] });
    await expect(attempt).rejects.toThrow('There is no python3 on the PATH');
  });

  it('ends with pip when it is stopped, tries no other source and leaves nothing', async () => {
    const begun = join(emptyFolder(), 'begun');
    fakeProgram('python3', `: > '${begun}'; exec sleep 600`);
    const cacheRoot = emptyFolder();
    const stop = new AbortController();
    const said: string[] = [];
    const attempt = provision({
      flavour: 'cpu',
      cacheRoot,
      signal: stop.signal,
      onMessage: (line) => said.push(line),
    });
    void until(() => existsSync(begun) || undefined).then(() => {
      stop.abort(new Error('stopped by the user'));
    });
    await expect(attempt).rejects.toThrow('stopped by the user');
    expect(said).toEqual([expect.stringContaining('with pip')]);
    expect(readdirSync(join(cacheRoot, 'engine'))).toEqual([]);
  });

  it('never uses a wheel that does not match the table, and leaves nothing of it', async () => {
    fakeProgram(
      'python3',
      'while [ $# -gt 0 ]; do [ "$1" = --dest ] && echo altered > "$2/x.whl"; shift; done',
    );
    const cacheRoot = emptyFolder();
    const attempt = provision({ flavour: 'cpu', cacheRoot, sources: ['pip'] });
    await expect(attempt).rejects.toThrow(/with sha256 [0-9a-f]{64}, found [0-9a-f]{64}/);
    expect(await installedEngines(cacheRoot)).toEqual([]);
  });

  it('gives a remedy if the cache cannot be created', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, 'mine');
    await expect(provision({ flavour: 'cpu', cacheRoot: join(file, 'cache') })).rejects.toMatchObject({
      remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  // Root can write everywhere.
  it.skipIf(process.getuid?.() === 0)('gives a remedy if the cache is read-only', async () => {
    const cacheRoot = emptyFolder();
    chmodSync(cacheRoot, 0o555);
    await expect(provision({ flavour: 'cpu', cacheRoot })).rejects.toMatchObject({
      remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
    });
  });

  it('says why existing GPUs are not used', async () => {
    fakeProgram('nvidia-smi', "echo '0, GPU-a, NVIDIA B200, 183359, 570.1, 10.0'");
    const said: string[] = [];
    const wanted = { ...installed };
    expect(await provision({ onMessage: (line) => said.push(line) })).toEqual(wanted);
    expect(said).toEqual([expect.stringMatching(/^Using the processor\. .*B200.* 10\.0/)]);
  });
});
