import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  catalogue,
  fetchWeights,
  findModel,
  listWeights,
  verifyWeights,
  type FetchOptions,
} from '../src/index.ts';
import type { PublishedModel } from '../src/catalogue.ts';
import { readWeightsLock } from '../src/weightsLock.ts';
import { newFolder } from './npzFiles.ts';
import { tinyArchitecture, tinyFile } from './tinyModel.ts';
import {
  send,
  sendAll,
  sendHalf,
  sendOther,
  startServer,
  type Handler,
  type WeightsServer,
} from './weightsServer.ts';

/** A published model's name, with a network small enough for tests. */
const model: PublishedModel = {
  ...findModel('BiT-S-R50x1'),
  architecture: tinyArchitecture,
  headClasses: 3,
};
let content: Buffer;
let otherContent: Buffer;
let sha256: string;
let server: WeightsServer;
let options: FetchOptions;
let file: string;

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const locked = async (): Promise<unknown> => (await readWeightsLock(options.lockFile)).get(model.name);
const state = async (): Promise<unknown> =>
  (await listWeights(options)).find((status) => status.model.name === model.name);

beforeAll(async () => {
  content = readFileSync(await tinyFile({ classes: 3 }));
  otherContent = readFileSync(await tinyFile({ classes: 4 }));
  sha256 = digestOf(content);
});

beforeEach(async () => {
  server = await startServer();
  server.answerWith(send(content));
  const folder = newFolder();
  options = {
    lockFile: join(folder, 'repository', 'weights.lock.json'),
    cacheRoot: join(folder, 'cache'),
    baseUrl: server.url,
    retries: 3,
    backoffMs: 1,
    stallMs: 200,
  };
  file = join(folder, 'cache', 'weights', 'BiT-S-R50x1.npz');
});

afterEach(async () => {
  await server.close();
});

/** Puts a file into the cache without fetching it. */
function place(bytes: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

describe('fetched weights', () => {
  it('are in the cache under their published name', async () => {
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('are recorded in the lock file on first use', async () => {
    await fetchWeights(model, options);
    expect(await locked()).toEqual({ url: model.url, bytes: content.length, sha256 });
  });

  it('report their progress', async () => {
    const seen: unknown[] = [];
    await fetchWeights(model, { ...options, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({
      label: 'BiT-S-R50x1',
      done: content.length,
      total: content.length,
      unit: 'bytes',
    });
  });

  it('are neither requested nor read again', async () => {
    await fetchWeights(model, options);
    utimesSync(file, 1_000, 1_000);
    await fetchWeights(model, options);
    // Same size and time, but other bytes, which only a call that reads the file can notice.
    writeFileSync(file, Buffer.alloc(content.length));
    utimesSync(file, 1_000, 1_000);
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    expect(server.requests).toHaveLength(1);
    await expect(verifyWeights(model, options)).rejects.toThrow('with SHA-256');
  });

  it('are requested once if several callers want them at once', async () => {
    const results = await Promise.all([fetchWeights(model, options), fetchWeights(model, options)]);
    expect(results).toEqual([
      { file, sha256 },
      { file, sha256 },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, () => Handler[]]>([
    ['closes the connection', () => [sendHalf(content, 'break'), send(content)]],
    ['stalls', () => [sendHalf(content, 'stall'), send(content)]],
    ['closes the connection and drops Range support', () => [sendHalf(content, 'break'), sendAll(content)]],
    [
      'closes the connection and then has another file',
      () => [sendHalf(otherContent, 'break'), sendAll(content)],
    ],
    ['is busy', () => [(_, response) => void response.writeHead(503).end(), send(content)]],
    [
      'announces more than it sends, once',
      () => [send(content, { 'content-length': String(2 * content.length) }), sendAll(content)],
    ],
  ])('arrive complete from a server that %s', async (_, handlers) => {
    server.answerWith(...handlers());
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('are resumed after an interrupted call', async () => {
    server.answerWith(sendHalf(content, 'break'), (_, response) => void response.destroy());
    await expect(fetchWeights(model, { ...options, retries: 1 })).rejects.toThrow('Could not download');
    expect(await state()).toMatchObject({ state: 'partial' });
    server.answerWith(send(content));
    await fetchWeights(model, options);
    expect(server.requests.at(-1)?.headers.range).toMatch(/^bytes=[1-9]/u);
  });
});

describe('unusable weights', () => {
  afterEach(async () => {
    expect(existsSync(file)).toBe(false);
    expect(await locked()).toBeUndefined();
  });

  it.each<[string, () => Handler, string]>([
    ['sends wrong bytes', () => sendOther(content, Buffer.alloc(content.length)), 'with md5'],
    ['sends another file', () => sendOther(content, otherContent), 'with md5'],
    [
      'announces less than it sends',
      () => send(content, { 'content-length': String(content.length - 10) }),
      'with md5',
    ],
    [
      'always announces more than it sends',
      () => send(content, { 'content-length': String(content.length + 10) }),
      'Could not download',
    ],
    ['never sends everything', () => sendHalf(content, 'stall'), 'Could not download'],
    ['has no such file', () => (_, response) => void response.writeHead(404).end(), 'answered 404'],
    [
      'sends a sign-in page',
      () => (_, response) => void response.writeHead(200).end('<html>Sign in</html>'),
      'cannot be read as a file of weights',
    ],
    ['sends another network', () => send(otherContent), 'of shape [1, 1, 128, 4] instead of'],
  ])('are refused from a server that %s', async (_, handler, message) => {
    server.answerWith(handler());
    await expect(fetchWeights(model, { ...options, retries: 1 })).rejects.toThrow(message);
  });

  it('do not prevent fetching good ones', async () => {
    server.answerWith((_, response) => void response.writeHead(200).end('<html>Sign in</html>'));
    await expect(fetchWeights(model, options)).rejects.toThrow();
    server.answerWith(send(content));
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    rmSync(file);
    rmSync(options.lockFile);
  });

  it('are given up as soon as another process has their lock', async () => {
    server.answerWith((request, response) => {
      sendHalf(content, 'stall')(request, response);
      writeFileSync(`${file}.lock`, '{}');
    });
    const fetching = fetchWeights(model, { ...options, stallMs: 60_000 });
    await expect(fetching).rejects.toThrow(`The lock ${file}.lock no longer belongs`);
  });

  it('are given up if the caller aborts', async () => {
    const abort = new AbortController();
    server.answerWith((request, response) => {
      sendHalf(content, 'stall')(request, response);
      abort.abort(new Error('stopped by the user'));
    });
    await expect(fetchWeights(model, { ...options, signal: abort.signal })).rejects.toThrow(
      'stopped by the user',
    );
  });
});

describe('weights recorded in the lock file', () => {
  beforeEach(() => {
    mkdirSync(dirname(options.lockFile), { recursive: true });
    writeFileSync(
      options.lockFile,
      JSON.stringify({ [model.name]: { url: model.url, bytes: content.length, sha256 } }),
    );
  });

  it('are fetched and checked against it', async () => {
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['of another size', () => tinyFile({ classes: 4 }), 'with size'],
    ['of the same size', () => tinyFile({ classes: 3, seed: 2 }), 'with sha256'],
  ])('are refused if the server has others %s, even valid ones', async (_, others, message) => {
    server.answerWith(send(readFileSync(await others())));
    await expect(fetchWeights(model, options)).rejects.toThrow(message);
    expect(existsSync(file)).toBe(false);
  });

  it('may be put into the cache by other means', async () => {
    place(content);
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    expect(server.requests).toHaveLength(0);
    expect(await state()).toMatchObject({ state: 'cached' });
  });

  it.each([
    ['fetching', fetchWeights],
    ['verifying', verifyWeights],
  ])('are refused by %s if the cache has others, which are kept', async (_, use) => {
    place(otherContent);
    await expect(use(model, options)).rejects.toMatchObject({
      name: 'ExplainedError',
      message: `Expected ${file} with SHA-256 ${sha256} as in ${options.lockFile}, found ${digestOf(otherContent)}`,
      remedy: expect.stringContaining('Delete it and fetch it again') as string,
    });
    expect(readFileSync(file).equals(otherContent)).toBe(true);
    expect(await state()).toMatchObject({ state: 'changed' });
  });
});

describe('cached weights', () => {
  it('are not trusted if they were not fetched', async () => {
    place(content);
    await expect(fetchWeights(model, options)).rejects.toMatchObject({
      message: expect.stringContaining('was not fetched by this program') as string,
    });
    expect(await locked()).toBeUndefined();
  });

  it('are read again, and kept, if only their time has changed', async () => {
    await fetchWeights(model, options);
    utimesSync(file, 1, 1);
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    expect(await state()).toMatchObject({ state: 'cached' });
  });

  it('are refused if they have changed since they were fetched', async () => {
    await fetchWeights(model, options);
    rmSync(options.lockFile);
    writeFileSync(file, otherContent);
    await expect(fetchWeights(model, options)).rejects.toThrow('as fetched');
    expect(await locked()).toBeUndefined();
  });

  it.each(['null', '{"sha256":1}', '{'])(
    'are read again if the record of their digest is %s',
    async (written) => {
      await fetchWeights(model, options);
      writeFileSync(`${file}.stamp.json`, written);
      expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
      expect(server.requests).toHaveLength(1);
    },
  );

  it('are recorded in the lock file of another checkout, too', async () => {
    await fetchWeights(model, options);
    const lockFile = join(newFolder(), 'weights.lock.json');
    await fetchWeights(model, { ...options, lockFile });
    expect((await readWeightsLock(lockFile)).get(model.name)?.sha256).toBe(sha256);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['their digest', () => `${file}.stamp.json`],
    ['the file', () => file],
    ['the lock file', () => options.lockFile],
  ])('are kept, and not requested, if %s cannot be read', async (_, which) => {
    await fetchWeights(model, options);
    const path = which();
    const bytes = readFileSync(path);
    rmSync(path);
    symlinkSync(path, path);
    await expect(fetchWeights(model, options)).rejects.toMatchObject({
      name: 'OutsideError',
      message: `Could not read ${path} (ELOOP)`,
      remedy: expect.stringContaining('Nothing was changed') as string,
    });
    rmSync(path);
    writeFileSync(path, bytes);
    expect(await fetchWeights(model, options)).toEqual({ file, sha256 });
    expect(server.requests).toHaveLength(1);
  });

  it('cannot be verified if they are missing', async () => {
    await expect(verifyWeights(model, options)).rejects.toMatchObject({
      remedy: `Fetch them with \`npx harness weights fetch ${model.name}\`.`,
    });
  });

  it('are verified completely', async () => {
    await fetchWeights(model, options);
    expect(await verifyWeights(model, options)).toEqual({ file, sha256 });
  });
});

describe('the list of weights', () => {
  it('contains the whole catalogue, absent and unlocked at first', async () => {
    const list = await listWeights(options);
    expect(list).toHaveLength(catalogue.length);
    expect(new Set(list.map((status) => status.state))).toEqual(new Set(['absent']));
    expect(list.some((status) => 'locked' in status)).toBe(false);
  });

  it('shows what is cached and recorded', async () => {
    await fetchWeights(model, options);
    expect(await state()).toMatchObject({
      file,
      state: 'cached',
      bytes: content.length,
      locked: { sha256 },
    });
  });

  it('shows what has changed', async () => {
    await fetchWeights(model, options);
    writeFileSync(file, otherContent);
    expect(await state()).toMatchObject({ state: 'changed', bytes: otherContent.length });
  });
});
