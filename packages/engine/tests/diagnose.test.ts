import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { examineSources } from '../src/diagnose/sources.ts';
import { diagnose } from '../src/index.ts';
import { provisionRelease } from '../src/provision/provision.ts';
import {
  asOrdinaryUser,
  emptyFolder,
  fakeCompiler,
  fakePip,
  fakeProgram,
  makeWheel,
  releaseOf,
  tensorflowMembers,
} from './fakes.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('diagnose', () => {
  let cacheRoot: string;

  beforeEach(() => {
    cacheRoot = emptyFolder();
    fakeProgram(
      'python3',
      'case "$*" in *pip*) echo "pip 23.2 from /x (python 3.11)";; *) echo "Python 3.11.7";; esac',
    );
    fakeProgram('c++', 'echo "c++ 12.2.0"; echo more');
    fakeProgram('nvidia-smi', "echo 'No devices were found'; exit 6");
    vi.stubEnv('CXX', '');
  });

  const look = (): ReturnType<typeof diagnose> => diagnose({ cacheRoot, network: false });

  /** Installs a made-up release into the cache. */
  async function install(): Promise<{ libraryFolder: string }> {
    const wheels = emptyFolder();
    const release = releaseOf([await makeWheel(wheels, 'tensorflow-cpu', tensorflowMembers)]);
    fakePip(wheels);
    fakeCompiler();
    return provisionRelease(release, { cacheRoot, sources: ['pip'] });
  }

  it('finds no problem where TensorFlow can be provisioned', async () => {
    const { problems, tools, release, cache, installations, sources } = await look();
    expect(problems).toEqual([]);
    expect(tools).toEqual([
      { name: 'python3', version: 'Python 3.11.7' },
      { name: 'pip', version: 'pip 23.2' },
      { name: 'compiler', version: 'c++ 12.2.0' },
    ]);
    expect(release).toEqual({ flavour: 'cpu', tensorflowVersion: '2.18.1' });
    expect(cache).toMatchObject({ folder: cacheRoot, writable: true });
    expect(cache.freeBytes).toBeGreaterThan(0);
    expect(installations).toEqual([]);
    expect(sources).toEqual([]);
  });

  it('describes the machine', async () => {
    const { node, platform, processor, memoryBytes } = await look();
    expect({ node, platform }).toEqual({
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    });
    expect(processor.cores).toBeGreaterThan(0);
    expect(memoryBytes).toBeGreaterThan(0);
  });

  it.each([
    ['python3', 'python3', /no python3/, false],
    ['a compiler', 'c++', /no C\+\+ compiler/, true],
  ])('gives a remedy for the lack of %s', async (_, program, summary, fatal) => {
    fakeProgram(program, 'exit 127');
    expect((await look()).problems).toContainEqual({
      summary: expect.stringMatching(summary) as string,
      remedy: expect.stringMatching(/^Install/) as string,
      fatal,
    });
  });

  it('gives a remedy if the cache cannot be created', async () => {
    const file = join(cacheRoot, 'file');
    writeFileSync(file, '');
    cacheRoot = join(file, 'cache');
    expect((await look()).problems).toEqual([
      {
        summary: expect.stringContaining(file) as string,
        remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
        fatal: true,
      },
    ]);
  });

  it('says why a GPU is not used', async () => {
    fakeProgram('nvidia-smi', "echo '0, GPU-a, NVIDIA B200, 183359, 570.1, 10.0'");
    const { gpus, problems, release } = await look();
    expect(gpus).toMatchObject([{ name: 'NVIDIA B200', computeCapability: 10 }]);
    expect(release?.flavour).toBe('cpu');
    expect(problems).toEqual([
      {
        summary: expect.stringContaining('10.0') as string,
        remedy: expect.stringContaining('flavour cpu') as string,
        fatal: false,
      },
    ]);
  });

  it('says that the GPUs are unknown, which is not fatal', async () => {
    fakeProgram('nvidia-smi', 'echo "NVIDIA-SMI has failed"; exit 9');
    const { gpus, problems } = await look();
    expect(gpus).toEqual([]);
    expect(problems).toEqual([
      {
        summary: 'nvidia-smi cannot list the GPUs: NVIDIA-SMI has failed',
        remedy: expect.stringContaining('CUDA_VISIBLE_DEVICES') as string,
        fatal: false,
      },
    ]);
  });

  it('gives a remedy if no source answers', async () => {
    fakeProgram('python3', 'case "$*" in *index*) exit 1;; *) echo 1;; esac');
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('https_proxy', 'http://127.0.0.1:1');
    const { sources, problems } = await diagnose({ cacheRoot });
    expect(sources).toEqual([
      { name: 'pip', reachable: false },
      { name: 'cdn', reachable: false },
    ]);
    expect(problems).toEqual([
      {
        summary: expect.stringContaining('cannot be fetched') as string,
        remedy: expect.stringContaining('proxy') as string,
        fatal: true,
      },
    ]);
  });

  it('accepts a GPU that can run a release', async () => {
    fakeProgram('nvidia-smi', "echo '0, GPU-a, NVIDIA A100, 81920, 550.54.15, 8.0'");
    expect((await look()).release).toEqual({ flavour: 'cuda', tensorflowVersion: '2.18.1' });
  });

  it('measures what is installed and compares its digests', async () => {
    await install();
    const { installations, problems } = await look();
    expect(installations).toMatchObject([{ installation: { source: 'pip' }, altered: [] }]);
    expect(installations?.[0]?.bytes).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it('says which folder will be replaced if a file was altered', async () => {
    const { libraryFolder } = await install();
    writeFileSync(join(libraryFolder, 'libtensorflow_cc.so.2'), 'THE LIBRARY');
    expect((await look()).problems).toEqual([
      {
        summary: expect.stringContaining('tensorflow/libtensorflow_cc.so.2') as string,
        remedy: expect.stringContaining(join(cacheRoot, 'engine', 'cpu-2.18.1-linux-x64')) as string,
        fatal: true,
      },
    ]);
  });

  it('gives a remedy if another user could replace what is installed', async () => {
    const { libraryFolder } = await install();
    chmodSync(libraryFolder, 0o777);
    expect((await look()).problems).toEqual([
      {
        summary: `Another user could replace TensorFlow’s libraries: ${libraryFolder} can be written by every user`,
        remedy: expect.stringContaining(`chmod -R go-w ${cacheRoot}`) as string,
        fatal: true,
      },
    ]);
  });

  it('does not mistake an unreadable cache for an empty one', async () => {
    const { libraryFolder } = await install();
    const record = join(libraryFolder, '..', 'installation.json');
    chmodSync(record, 0);
    const { installations, problems } = await asOrdinaryUser(cacheRoot, look);
    expect(installations).toBeUndefined();
    expect(problems).toContainEqual({
      summary: `Could not read ${join(record)} (EACCES)`,
      remedy: expect.stringContaining('Make it readable') as string,
      fatal: true,
    });
  });

  it('does not read what is installed unless asked to compare', async () => {
    await install();
    const { installations } = await diagnose({ cacheRoot, network: false, checksums: false });
    expect(installations?.[0]).not.toHaveProperty('altered');
  });

  it('does not look for tools if TensorFlow is installed', async () => {
    await install();
    vi.stubEnv('CXX', '/nowhere/c++');
    fakeProgram('python3', 'exit 127');
    expect((await look()).problems).toEqual([]);
  });
});

describe('examineSources', () => {
  const release = releaseOf([{ name: 'tensorflow-cpu', version: '2.18.1', sha256: '' }]);
  const offline = 'http://127.0.0.1:1';

  it.each([
    ['has the release', 'echo "Available versions: 2.19.0, 2.18.1"', true],
    ['has other releases', 'echo "Available versions: 2.19.0"', false],
    ['does not answer', 'exit 1', false],
    ['cannot be asked by an old pip', `echo 'ERROR: unknown command "index"' >&2; exit 1`, undefined],
  ])('reports that pip’s index %s', async (_, script, reachable) => {
    fakeProgram('python3', script);
    const [pip] = await examineSources(release, offline);
    expect(pip).toEqual({ name: 'pip', ...(reachable !== undefined && { reachable }) });
  });

  it('can query a pip that its user has made quiet', async () => {
    vi.stubEnv('PIP_QUIET', '1');
    fakeProgram('python3', '[ "$PIP_QUIET" = 1 ] || echo "Available versions: 2.18.1"');
    expect((await examineSources(release, offline))[0]).toEqual({ name: 'pip', reachable: true });
  });

  it.each([
    [200, true],
    [404, false],
  ])('requests only the headers of the archive, and takes %i for %j', async (status, reachable) => {
    fakeProgram('python3', 'exit 1');
    const methods: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      methods.push(request.method);
      response.writeHead(status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [, cdn] = await examineSources(
      release,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    server.close();
    await once(server, 'close');
    expect(cdn).toEqual({ name: 'cdn', reachable });
    expect(methods).toEqual(['HEAD']);
  });

  it('has no archive to query where none exists', async () => {
    fakeProgram('python3', 'exit 1');
    expect((await examineSources({ ...release, flavour: 'cuda' }, offline))[1]).toEqual({ name: 'cdn' });
  });
});
