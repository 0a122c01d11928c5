import { chmodSync, chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  breakHalfway,
  breakOff,
  content,
  correct,
  digest,
  half,
  ignoreRange,
  serve,
  stallHalfway,
  status,
  useFileServer,
  whole,
} from './fileServer.ts';
import { asOrdinaryUser } from './ordinaryUser.ts';

const server = useFileServer();
const stored = (): Buffer => readFileSync(server.file);

/** From here on a download's time passes only by `vi.advanceTimersByTime`. */
const stopTime = (): void =>
  void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
afterEach(() => {
  vi.useRealTimers();
});

describe('a download', () => {
  it('publishes the bytes with their size and sha256', async () => {
    server.answer(serve());
    await expect(server.download()).resolves.toEqual({
      file: server.file,
      bytes: content.length,
      sha256: digest('sha256'),
    });
    expect(stored().equals(content)).toBe(true);
  });

  it('creates the folder and leaves only the file in it', async () => {
    server.answer(serve());
    const file = join(dirname(server.file), 'a', 'b', 'file');
    await server.download({ file });
    expect(await readdir(dirname(file))).toEqual(['file']);
  });

  it('reports progress up to the announced size', async () => {
    server.answer(serve());
    const seen: unknown[] = [];
    await server.download({ onProgress: (progress) => seen.push(progress) });
    const all = { label: 'the file', done: content.length, total: content.length, unit: 'bytes' };
    expect(seen.at(-1)).toEqual(all);
  });

  it('keeps an existing file that matches', async () => {
    writeFileSync(server.file, content);
    await server.download({ expected: correct });
    expect(server.requests).toEqual([]);
  });

  it('replaces an existing file that does not match', async () => {
    server.answer(serve());
    writeFileSync(server.file, 'something else');
    await server.download({ expected: correct });
    expect(stored().equals(content)).toBe(true);
  });

  it('follows a redirect', async () => {
    server.answer(status(302, { location: '/elsewhere' }), serve());
    await expect(server.download({ expected: correct })).resolves.toMatchObject({ bytes: content.length });
  });

  it('stores the bytes as sent even if the server declares an encoding', async () => {
    server.answer(serve({ 'content-encoding': 'x-gzip' }));
    await expect(server.download({ expected: correct })).resolves.toMatchObject({ bytes: content.length });
  });

  it('accepts an empty file', async () => {
    server.answer(status(200, { etag: '"v1"', 'content-length': '0' }));
    await expect(server.download()).resolves.toMatchObject({ bytes: 0 });
  });

  it('is made once if two callers want the same file', async () => {
    server.answer(serve());
    await Promise.all([server.download({ expected: correct }), server.download({ expected: correct })]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([408, 429, 500, 503])('is retried after the answer %i', async (code) => {
    server.answer(status(code), serve());
    await expect(server.download()).resolves.toMatchObject({ bytes: content.length });
  });

  it('closes a connection that stalls, and resumes', async () => {
    let done = 0;
    // It stalls until half has been stored, should a slow machine give up before.
    server.answer((...given) => {
      (done < half ? stallHalfway() : serve())(...given);
    });
    const onProgress = (progress: { done: number }): void => void (done = progress.done);
    await server.download({ stallMs: 500, onProgress, expected: correct });
    expect(server.requests.at(-1)?.headers.range).toBe(`bytes=${half}-`);
  });

  it('keeps a connection that is slow', async () => {
    stopTime();
    let open: ServerResponse;
    let sent = 0;
    const more = (): void => {
      open.write(content.subarray(sent, (sent += content.length / 5)));
    };
    server.answer((_, response) => {
      open = response.writeHead(200, whole());
      more();
    });
    const onProgress = ({ done }: { done: number }): void => {
      if (done < sent || done === content.length) return;
      vi.advanceTimersByTime(450);
      more();
    };
    const patience = { stallMs: 500, slowest: { bytes: 1_000, ms: 500 }, retries: 0 };
    await expect(server.download({ ...patience, onProgress })).resolves.toMatchObject({
      bytes: content.length,
    });
  });

  it('closes a connection that trickles, and resumes', async () => {
    stopTime();
    let open: ServerResponse;
    server.answer((request, response) => {
      open = response;
      stallHalfway()(request, response);
    }, serve());
    const onProgress = ({ done }: { done: number }): void => {
      if (done < half) return;
      vi.advanceTimersByTime(100);
      open.write('x');
    };
    const patience = { stallMs: 200, slowest: { bytes: content.length, ms: 500 }, retries: 0 };
    await expect(server.download({ ...patience, onProgress })).rejects.toThrow(
      `only ${half + 4} bytes arrived in 0.5 s`,
    );
    await server.download();
    expect(server.requests[1]?.headers.range).toMatch(/^bytes=1000\d\d-$/);
  });

  it('gives up on a server that accepts the connection and never answers', async () => {
    server.answer(() => undefined);
    await expect(server.download({ stallMs: 50, retries: 0 })).rejects.toThrow('nothing arrived for 0.05 s');
  });
});

describe('an interrupted download', () => {
  it('is resumed by Range if the file is unchanged', async () => {
    const { handler, onProgress } = breakHalfway();
    server.answer(handler, serve());
    await server.download({ onProgress, expected: correct });
    expect(server.requests[1]?.headers).toMatchObject({ range: `bytes=${half}-`, 'if-range': '"v1"' });
  });

  it('is resumed by a later call', async () => {
    const { handler, onProgress } = breakHalfway();
    server.answer(handler, breakOff);
    await expect(server.download({ onProgress, retries: 1 })).rejects.toMatchObject({
      remedy: expect.stringContaining('resumes the download') as string,
    });
    server.answer(serve());
    await server.download({ expected: correct });
    expect(server.requests.at(-1)?.headers.range).toBe(`bytes=${half}-`);
  });

  it('is not resumed by a later call for another URL', async () => {
    const { handler, onProgress } = breakHalfway();
    server.answer(handler);
    await expect(server.download({ onProgress, retries: 0 })).rejects.toThrow();
    server.answer(serve());
    await server.download({ url: `${server.url}-2`, expected: correct });
    expect(server.requests.at(-1)?.headers.range).toBeUndefined();
  });

  it('starts over if the server ignores the range', async () => {
    const { handler, onProgress } = breakHalfway();
    server.answer(handler, ignoreRange);
    await server.download({ onProgress });
    expect(stored().equals(content)).toBe(true);
  });

  it.each([
    ['cannot satisfy the range', status(416)],
    ['has a different file now', serve({ etag: '"v2"' })],
    ['sends the wrong part', serve({ 'content-range': `bytes 7-${content.length - 1}/${content.length}` })],
    [
      'reports a different size',
      serve({ 'content-range': `bytes ${half}-${content.length}/${content.length + 1}` }),
    ],
    ['does not say which part it sends', serve({ 'content-range': '' })],
  ])('starts over if the server %s', async (_, second) => {
    const { handler, onProgress } = breakHalfway();
    server.answer(handler, second, serve());
    await server.download({ onProgress });
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      `bytes=${half}-`,
      undefined,
    ]);
    expect(stored().equals(content)).toBe(true);
  });

  it.each([
    ['no tag', { 'content-length': String(content.length) }],
    ['only a weak tag', whole({ etag: 'W/"v1"' })],
  ])('starts over if the server gives %s', async (_, headers) => {
    const { handler, onProgress } = breakHalfway(headers);
    server.answer(handler, serve());
    await server.download({ onProgress });
    expect(server.requests[1]?.headers.range).toBeUndefined();
  });

  it('starts over if its bytes have no note of what they are', async () => {
    writeFileSync(`${server.file}.partial`, 'old bytes');
    server.answer(serve());
    await server.download();
    expect(stored().equals(content)).toBe(true);
  });

  it('starts over when the note of what its bytes are is of another form', async () => {
    writeFileSync(`${server.file}.partial`, 'old bytes');
    const note = { url: server.url, etag: '"v1"', bytes: '9' };
    writeFileSync(`${server.file}.partial.json`, JSON.stringify(note));
    server.answer(serve());
    await server.download();
    expect(server.requests[0]?.headers.range).toBeUndefined();
    expect(stored().equals(content)).toBe(true);
  });

  it('needs no further request if only the verification is missing and a digest is known', async () => {
    leaveUnverified();
    await server.download({ expected: correct });
    expect(server.requests).toEqual([]);
    expect(existsSync(`${server.file}.partial.json`)).toBe(false);
  });

  /** A complete but unverified file, as left by an interrupted call. */
  function leaveUnverified(bytes = content): void {
    writeFileSync(`${server.file}.partial`, bytes);
    const note = { url: server.url, etag: '"v1"', bytes: bytes.length };
    writeFileSync(`${server.file}.partial.json`, JSON.stringify(note));
  }

  it('asks whether the file has changed if no digest is known', async () => {
    leaveUnverified();
    server.answer(status(304, { etag: '"v1"' }));
    await expect(server.download()).resolves.toMatchObject({ bytes: content.length });
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual(['"v1"']);
    expect(stored().equals(content)).toBe(true);
  });

  it('starts over if the server has a different file now', async () => {
    leaveUnverified(Buffer.from('an older version'));
    server.answer(serve({ etag: '"v2"' }));
    await server.download();
    expect(server.requests).toHaveLength(1);
    expect(stored().equals(content)).toBe(true);
  });

  it('keeps all bytes while the server cannot be reached', async () => {
    leaveUnverified();
    server.answer(breakOff);
    await expect(server.download({ retries: 0 })).rejects.toThrow('Could not download');
    expect(readFileSync(`${server.file}.partial`).equals(content)).toBe(true);
  });

  it('is kept if its note cannot be read', async () => {
    leaveUnverified();
    chmodSync(`${server.file}.partial.json`, 0);
    server.answer(serve());
    if (process.getuid?.() === 0) chownSync(dirname(server.file), 65_534, 65_534);
    await asOrdinaryUser(dirname(server.file), () =>
      expect(server.download()).rejects.toMatchObject({
        message: `Could not read ${server.file}.partial.json (EACCES)`,
        remedy: expect.stringContaining('Make it readable') as string,
      }),
    );
    expect(server.requests).toEqual([]);
    expect(readFileSync(`${server.file}.partial`).equals(content)).toBe(true);
  });

  it('succeeds however often it is interrupted, as long as each attempt makes progress', async () => {
    const big = Buffer.alloc(5 << 20, 3);
    let open: ServerResponse | undefined;
    let end = 0;
    server.answer((request, response) => {
      open = response;
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, {
        etag: '"v1"',
        'content-length': String(big.length - start),
        ...(start > 0 && { 'content-range': `bytes ${start}-${big.length - 1}/${big.length}` }),
      });
      end = start + (2 << 20);
      response.write(big.subarray(start, end));
      if (end >= big.length) response.end();
    });
    const onProgress = ({ done }: { done: number }): void => {
      if (done === end) open?.destroy();
    };
    await server.download({ retries: 0, onProgress, expected: { bytes: big.length } });
    expect(stored().equals(big)).toBe(true);
  });
});
