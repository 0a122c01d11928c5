import { chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { provision } from '../src/index.ts';
import { chooseRelease } from '../src/provision/releases.ts';
import type { Gpu } from '../src/index.ts';

const gpu = (computeCapability?: number): Gpu => ({
  index: 0,
  uuid: 'GPU-a',
  name: 'a GPU',
  memoryBytes: 8e9,
  driverVersion: '550.1',
  ...(computeCapability === undefined ? {} : { computeCapability }),
});

describe('chooseRelease', () => {
  it.each([
    ['no GPU', [], 'cpu', '2.18.1'],
    ['a Tesla M60', [gpu(5.2)], 'cuda', '2.15.1'],
    ['a P100', [gpu(6)], 'cuda', '2.18.1'],
    ['two H100', [gpu(9), gpu(9)], 'cuda', '2.18.1'],
    ['a Blackwell GPU', [gpu(12)], 'cpu', '2.18.1'],
    ['a driver that does not tell', [gpu()], 'cpu', '2.18.1'],
    ['generations that no one release serves', [gpu(5.2), gpu(9)], 'cpu', '2.18.1'],
  ])('with %s', (_, gpus, flavour, tensorflow) => {
    expect(chooseRelease(gpus, undefined, 'linux-x64')).toMatchObject({ flavour, tensorflow });
  });

  it('says which GPUs can be used when cuda is asked for in vain', () => {
    expect(() => chooseRelease([gpu(12)], 'cuda', 'linux-x64')).toThrow(
      'compute capability 5.0 to 9.0, found a GPU',
    );
  });

  it('sends a user of Windows to WSL2', () => {
    expect(() => chooseRelease([], undefined, 'win32-x64')).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('WSL2') as string }) as Error,
    );
  });
});

describe('provision', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const fake = (name: string, script: string): void => {
    const folder = mkdtempSync(join(tmpdir(), 'fake-'));
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
  };
  const emptyCache = (): string => mkdtempSync(join(tmpdir(), 'cache-'));

  it('finds all in place the second time', async () => {
    const first = await provision({ flavour: 'cpu' });
    vi.stubEnv('PATH', '/nowhere');
    expect(await provision({ flavour: 'cpu' })).toEqual(first);
    expect(existsSync(first.bindingFile)).toBe(true);
  });

  it.each([
    ['there is no pip', 'echo "python3: No module named pip" >&2; exit 1', /pip in python3/, /ensurepip/],
    [
      'the disk is full',
      'echo "OSError: [Errno 28] No space left on device" >&2; exit 1',
      /disk is full/,
      /Free some/,
    ],
    [
      'the index is out of reach',
      'echo "ERROR: No matching distribution" >&2; exit 1',
      /No matching/,
      /network/,
    ],
    ['pip brings nothing', 'exit 0', /found none/, /again/],
  ])('says what to do when %s', async (_, script, message, remedy) => {
    fake('python3', script);
    const attempt = provision({ flavour: 'cpu', cacheRoot: emptyCache(), sources: ['pip'] });
    await expect(attempt).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it('says so when there is no Python', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const attempt = provision({ flavour: 'cpu', cacheRoot: emptyCache(), sources: ['pip'] });
    await expect(attempt).rejects.toThrow('Expected python3 on the PATH');
  });

  it('never uses an altered wheel, and leaves nothing of it', async () => {
    fake('python3', 'while [ $# -gt 0 ]; do [ "$1" = --dest ] && echo altered > "$2/x.whl"; shift; done');
    const cacheRoot = emptyCache();
    await expect(provision({ flavour: 'cpu', cacheRoot, sources: ['pip'] })).rejects.toThrow(
      /with sha256 810c75d/,
    );
    expect(readdirSync(join(cacheRoot, 'tensorflow'))).toEqual([]);
  });
});
