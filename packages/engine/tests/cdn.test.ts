import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Installation } from '../src/index.ts';
import { verifyInstallation, type EngineSource } from '../src/provision/installation.ts';
import { provisionRelease } from '../src/provision/provision.ts';
import { emptyFolder, fakeCompiler, fakePip, makeWheel, releaseOf, writeFiles } from './fakes.ts';

const archiveName = 'libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';

async function makeArchive(): Promise<Buffer> {
  const folder = emptyFolder();
  writeFiles(folder, {
    'include/tensorflow/c/c_api.h': 'a header',
    'lib/libtensorflow.so.2.9.1': 'the library',
    'lib/libtensorflow_framework.so.2': 'its framework',
    LICENSE: 'Apache',
  });
  symlinkSync('libtensorflow.so.2.9.1', join(folder, 'lib', 'libtensorflow.so.2'));
  const file = join(emptyFolder(), archiveName);
  await create({ gzip: true, cwd: folder, file }, ['include', 'lib', 'LICENSE']);
  return readFileSync(file);
}

const archive = await makeArchive();
const md5 = createHash('md5').update(archive).digest('base64');

describe('the official archive', () => {
  let server: Server;
  let answer: RequestListener;
  let requests: string[];
  let cacheRoot: string;
  const said: string[] = [];

  const serve =
    (body: Uint8Array, announcedMd5 = md5): RequestListener =>
    (_, response) => {
      response.writeHead(200, {
        'content-length': body.length,
        'content-type': 'application/x-tar',
        'x-goog-hash': `md5=${announcedMd5}`,
        etag: '"v1"',
      });
      response.end(body);
    };

  beforeEach(async () => {
    requests = [];
    said.length = 0;
    cacheRoot = emptyFolder();
    answer = serve(archive);
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    fakeCompiler();
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const install = (
    sources: EngineSource[] = ['cdn'],
    release: Parameters<typeof releaseOf>[1] = {},
    wheels: Parameters<typeof releaseOf>[0] = [],
  ): Promise<Installation> =>
    provisionRelease(releaseOf(wheels, release), {
      cacheRoot,
      sources,
      cdnHost: `http://127.0.0.1:${(server.address() as AddressInfo).port}/libtensorflow`,
      onMessage: (line) => said.push(line),
    });

  it('is unpacked into the same layout as the wheels, and its contents are recorded', async () => {
    const installation = await install();
    expect(requests).toEqual([`/libtensorflow/${archiveName}`]);
    expect(installation).toMatchObject({ source: 'cdn', tensorflowVersion: '2.9.1', flavour: 'cpu' });
    expect(installation.sha256).toEqual({
      'libtensorflow.so.2': createHash('sha256').update('the library').digest('hex'),
      'libtensorflow_framework.so.2': createHash('sha256').update('its framework').digest('hex'),
      'tfjs_binding.node': createHash('sha256').update('addon\n').digest('hex'),
    });
    expect(existsSync(join(installation.libraryFolder, 'include/tensorflow/c/c_api.h'))).toBe(true);
    expect(await verifyInstallation(installation)).toEqual([]);
    expect(readdirSync(join(cacheRoot, 'downloads'))).toEqual([]);
  });

  it('is found again without a request', async () => {
    const first = await install();
    expect(await install()).toEqual(first);
    expect(requests).toHaveLength(1);
  });

  it("replaces pip if pip fails, and nothing of pip's attempt remains", async () => {
    const wheels = emptyFolder();
    const wheel = await makeWheel(wheels, 'tensorflow-cpu', { 'tensorflow/libtensorflow_cc.so.2': 'half' });
    fakePip(wheels);
    const { source, folder, libraryFolder } = await install(['pip', 'cdn'], {}, [wheel]);
    expect(source).toBe('cdn');
    expect(readdirSync(folder).some((name) => name.startsWith('.wheel'))).toBe(false);
    expect(existsSync(join(libraryFolder, 'libtensorflow_cc.so.2'))).toBe(false);
    expect(said[1]).toMatch(/^Could not get TensorFlow from pip: Expected libtensorflow and/);
  });

  it.each([
    ['is altered in transit', serve(Buffer.from(archive).fill(0, 40, 60))],
    ['is not an archive', serve(Buffer.from('<html>'), createHash('md5').update('<html>').digest('base64'))],
    ['does not exist', (_, response) => response.writeHead(404).end()],
  ])('is not used if it %s', async (_, handler) => {
    answer = handler;
    await expect(install()).rejects.toMatchObject({
      name: 'UnavailableError',
      remedy: expect.stringMatching(/.+/) as string,
    });
    expect(readdirSync(join(cacheRoot, 'engine'))).toEqual([]);
  });

  it.each([
    ['GPUs', { flavour: 'cuda' as const }],
    ['other platforms', { platform: 'linux-arm64' }],
  ])('does not exist for %s', async (_, release) => {
    await expect(install(['cdn'], release)).rejects.toThrow('There is no official archive for');
    expect(requests).toEqual([]);
  });

  it('is named beside pip if both fail', async () => {
    vi.stubEnv('PATH', '/nowhere');
    answer = (_, response) => response.writeHead(404).end();
    await expect(
      install(['pip', 'cdn'], {}, [{ name: 'tensorflow-cpu', version: '1', sha256: '' }]),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /from pip or cdn: There is no python3 .*; .* answered 404 for libtensorflow 2\.9\.1/,
      ) as string,
      remedy: 'Install Python 3 with pip.',
    });
  });
});
