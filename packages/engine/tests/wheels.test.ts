import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beyondItsEnd } from '@bit-repro/artifacts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Installation } from '../src/index.ts';
import { installedEngines, verifyInstallation } from '../src/provision/installation.ts';
import { provisionRelease } from '../src/provision/provision.ts';
import type { Release } from '../src/provision/releases.ts';
import {
  emptyFolder,
  fakeCompiler,
  fakePip,
  fakeProgram,
  makeWheel,
  releaseOf,
  tensorflowMembers,
} from './fakes.ts';

describe('a release made of wheels', () => {
  let cacheRoot: string;
  let wheels: string;
  let release: Release;
  let pip: ReturnType<typeof fakePip>;
  const said: string[] = [];

  beforeEach(async () => {
    cacheRoot = emptyFolder();
    wheels = emptyFolder();
    release = releaseOf([await makeWheel(wheels, 'tensorflow-cpu', tensorflowMembers)]);
    pip = fakePip(wheels);
    fakeCompiler();
    said.length = 0;
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const install = (): Promise<Installation> =>
    provisionRelease(release, { cacheRoot, sources: ['pip'], onMessage: (line) => said.push(line) });

  it('is requested from pip for the release’s platform, without dependencies and as a wheel', async () => {
    await install();
    expect(pip.calls()).toEqual([
      expect.stringMatching(
        /^-m pip download .*--python-version 3\.11 .*--platform manylinux2014_x86_64 .*--no-deps --only-binary=:all: tensorflow-cpu==1\.0$/,
      ),
    ]);
    expect(said).toEqual([
      'Fetching tensorflow-cpu 1.0 with pip (1 of 1)',
      'Compiling the TensorFlow binding',
    ]);
  });

  it.each([
    ['in virtual environments only', 'PIP_REQUIRE_VIRTUALENV', 'true'],
    ['with hashes only', 'PIP_REQUIRE_HASHES', '1'],
    ['in other versions', 'PIP_CONSTRAINT', '/etc/pip/constraint.txt'],
  ])('is fetched for a user whose pip installs %s', async (_, name, value) => {
    vi.stubEnv(name, value);
    fakeProgram('python3', `[ "$${name}" != ${value} ] || exit 3\nPATH=\${PATH#*:} exec python3 "$@"`);
    await install();
    expect(pip.calls()).toHaveLength(1);
  });

  it('leaves the libraries, the headers and the addon, and nothing else', async () => {
    const { folder, bindingFile } = await install();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => item.name);
    expect(files.sort()).toEqual([
      'binding.json',
      'c_api.h',
      'installation.json',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ]);
    expect(readFileSync(bindingFile, 'utf8')).toBe('addon\n');
    expect(readdirSync(join(cacheRoot, 'engine'))).toEqual(['cpu-2.18.1-linux-x64']);
  });

  it('has the CUDA libraries beside TensorFlow', async () => {
    const libraries = {
      'nvidia/cublas/lib/libcublas.so.12': 'cublas',
      'nvidia/cublas/include/cublas.h': 'a header',
      'nvidia/cuda_nvrtc/lib/libnvrtc.so.12': 'nvrtc',
      'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.5': 'its headers',
      'nvidia/cuda_nvcc/bin/ptxas': 'an assembler',
      'nvidia/cuda_nvcc/bin/nvcc': 'a compiler',
    };
    const wheel = await makeWheel(wheels, 'nvidia-cublas-cu12', libraries);
    release = releaseOf([...release.wheels, wheel], { flavour: 'cuda' });
    const { flavour, folder } = await install();
    expect(flavour).toBe('cuda');
    expect(readdirSync(join(folder, 'nvidia', 'cublas'))).toEqual(['lib']);
    expect(readdirSync(join(folder, 'nvidia', 'cuda_nvcc', 'bin'))).toEqual(['ptxas']);
    // Where cuDNN looks for it.
    expect(readFileSync(join(folder, 'nvidia', 'nvrtc', 'lib', 'libnvrtc.so'), 'utf8')).toBe('nvrtc');
  });

  it('is fetched and compiled once by many concurrent calls', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, install));
    expect(new Set(all.map(({ bindingFile }) => bindingFile)).size).toBe(1);
    expect(pip.calls()).toHaveLength(1);
    expect(said.filter((line) => line.startsWith('Compiling'))).toHaveLength(1);
  });

  it('is fetched again after an interruption, whose traces are removed', async () => {
    const abandoned = join(cacheRoot, 'engine', '.cpu-2.18.1-linux-x64.staging-dead');
    mkdirSync(abandoned, { recursive: true });
    writeFileSync(join(abandoned, 'half'), 'a librar');
    await install();
    expect(readdirSync(join(cacheRoot, 'engine'))).toEqual(['cpu-2.18.1-linux-x64']);
  });

  it('is only compiled if only the addon is missing', async () => {
    vi.stubEnv('CXX', '/nowhere/c++');
    await expect(install()).rejects.toMatchObject({
      message: 'There is no C++ compiler: `/nowhere/c++` is not on the PATH',
      remedy: expect.stringContaining('apt-get install g++') as string,
    });
    expect(await installedEngines(cacheRoot)).toEqual([]);
    fakeCompiler();
    const { bindingFile } = await install();
    expect(existsSync(bindingFile)).toBe(true);
    expect(pip.calls()).toHaveLength(1);
  });

  it.each([
    [
      'rejects the sources',
      'x.cc:3:1: error: expected C++17\nmore',
      /: x\.cc:3:1: error: expected/,
      /C\+\+17/,
    ],
    ['finds the disk full', 'fatal error: No space left on device', /disk is full/, /TMPDIR/],
  ])('gives a remedy if the compiler %s', async (_, stderr, message, remedy) => {
    const script = join(wheels, 'failing');
    writeFileSync(script, `#!/bin/sh\ncat >&2 <<'X'\n${stderr}\nX\nexit 1\n`, { mode: 0o755 });
    vi.stubEnv('CXX', script);
    await expect(install()).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it('reports the compiler’s message, whatever its language setting', async () => {
    const script = join(wheels, 'failing');
    const speak = `case $LC_ALL in C) echo 'x.cc:3:1: error: no';; *) echo 'x.cc:3:1: Fehler: nein';; esac`;
    writeFileSync(script, `#!/bin/sh\necho 'In file x.cc:' >&2; { ${speak}; } >&2; exit 1\n`, {
      mode: 0o755,
    });
    vi.stubEnv('CXX', script);
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    await expect(install()).rejects.toThrow(/: x\.cc:3:1: error: no$/);
  });

  it('is compiled by a CXX that has arguments', async () => {
    vi.stubEnv('CXX', `/bin/sh ${process.env.CXX ?? ''}`);
    expect(existsSync((await install()).bindingFile)).toBe(true);
  });

  it('is fetched again if a library was cut short', async () => {
    const { libraryFolder } = await install();
    const library = join(libraryFolder, 'libtensorflow_cc.so.2');
    truncateSync(library, 3);
    await install();
    expect(readFileSync(library, 'utf8')).toBe('the library');
    expect(pip.calls()).toHaveLength(2);
  });

  it('is reported as altered if a library’s bytes differ', async () => {
    const installation = await install();
    writeFileSync(join(installation.libraryFolder, 'libtensorflow_cc.so.2'), 'THE LIBRARY');
    expect(await verifyInstallation(installation)).toEqual(['tensorflow/libtensorflow_cc.so.2']);
  });

  it('is rejected without TensorFlow’s libraries', async () => {
    release = releaseOf([await makeWheel(wheels, 'tensorflow', { 'tensorflow/python.py': '' })]);
    await expect(install()).rejects.toThrow('libtensorflow_framework, found neither');
  });

  it('is rejected if its wheel refers to bytes beyond 2^53', async () => {
    const damaged = { zip64: true, change: beyondItsEnd };
    release = releaseOf([await makeWheel(wheels, 'tensorflow-cpu', tensorflowMembers, damaged)]);
    await expect(install()).rejects.toThrow(/refers to byte \d+, behind its end at \d+/u);
  });
});
