import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OutsideError } from '../src/index.ts';
import {
  breakOff,
  content,
  correct,
  googleHash,
  half,
  send,
  serve,
  stallHalfway,
  status,
  useFileServer,
  whole,
} from './fileServer.ts';

const server = useFileServer();
const altered = Buffer.from(content);
altered[5] = 99;

const expectNothing = (): void => {
  expect(existsSync(server.file)).toBe(false);
  expect(existsSync(`${server.file}.partial`)).toBe(false);
};

describe('a download with the wrong bytes', () => {
  it.each([
    ['sha256', { sha256: '0'.repeat(64) }],
    ['sha1', { sha1: '0'.repeat(40) }],
    ['md5', { md5: '0'.repeat(32) }],
  ])('is refused and discarded if its %s differs', async (property, expected) => {
    server.answer(serve());
    await expect(server.download({ expected })).rejects.toThrow(
      `Expected the file with ${property} ${Object.values(expected)[0]}, found`,
    );
    expectNothing();
  });

  it('is refused and discarded if it differs from the md5 that the server announces', async () => {
    server.answer(send(altered, { 'x-goog-hash': googleHash }));
    await expect(server.download()).rejects.toThrow('Expected the file with md5');
    expectNothing();
  });

  it('is refused if it differs from the announced md5 after being resumed', async () => {
    writeFileSync(`${server.file}.partial`, altered.subarray(0, half));
    writeFileSync(
      `${server.file}.partial.json`,
      JSON.stringify({ url: server.url, etag: '"v1"', bytes: content.length, md5: 'f'.repeat(32) }),
    );
    server.answer(serve());
    await expect(server.download()).rejects.toThrow('with md5 ffff');
    expectNothing();
  });

  it('is downloaded from the start by the next call', async () => {
    server.answer(send(altered, whole()), serve());
    await expect(server.download({ expected: correct })).rejects.toThrow('with sha256');
    await expect(server.download({ expected: correct })).resolves.toMatchObject({ bytes: content.length });
  });

  it('keeps the old file', async () => {
    writeFileSync(server.file, 'old');
    server.answer(send(altered, whole()));
    await expect(server.download({ expected: correct })).rejects.toThrow('with sha256');
    expect(readFileSync(server.file, 'utf8')).toBe('old');
  });
});

describe('a download that announces something unexpected', () => {
  it.each([
    ['size', { bytes: 3 }, `size 3, found ${content.length}`],
    ['md5', { md5: '0'.repeat(32) }, `md5 ${'0'.repeat(32)}, found`],
  ])('is refused by its %s before any bytes are stored', async (_, expected, message) => {
    server.answer(stallHalfway(whole({ 'x-goog-hash': googleHash })));
    await expect(server.download({ expected })).rejects.toThrow(message);
    expect(server.requests).toHaveLength(1);
    expectNothing();
  });
});

describe('a server that announces the wrong length', () => {
  it('is detected if it sends less', async () => {
    server.answer((_, response) => {
      response.writeHead(200, whole({ 'content-length': String(content.length + 1) }));
      response.write(content, () => response.destroy());
    });
    await expect(server.download({ retries: 1 })).rejects.toThrow('Could not download the file');
    expect(existsSync(server.file)).toBe(false);
  });

  it('is detected if it sends more', async () => {
    server.answer((_, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${'x'.repeat(10)}`);
    });
    await expect(server.download({ retries: 0, expected: correct })).rejects.toBeInstanceOf(OutsideError);
    expect(existsSync(server.file)).toBe(false);
  });

  it('cannot fill the disk', async () => {
    server.answer((_, response) => {
      const more = (): void => void response.write(content, more);
      more();
    });
    await expect(server.download({ retries: 0, expected: { bytes: content.length } })).rejects.toThrow(
      `more than the ${content.length} bytes`,
    );
    expectNothing();
  });
});

describe('a download that is impossible', () => {
  it.each([401, 403, 404, 410])('fails at once with the answer %i', async (code) => {
    server.answer(status(code));
    await expect(server.download()).rejects.toThrow(`answered ${code}`);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['the server answers 500', status(500), 'the server answered 500'],
    ['the connection breaks', breakOff, 'other side closed'],
  ])('fails with the reason if each time %s', async (_, handler, reason) => {
    server.answer(handler);
    await expect(server.download({ retries: 2 })).rejects.toThrow(`Could not download the file: ${reason}`);
    expect(server.requests).toHaveLength(3);
  });

  it('fails if redirects form a cycle', async () => {
    server.answer(status(302, { location: '/file' }));
    await expect(server.download({ retries: 0 })).rejects.toThrow('Redirect loop');
  });

  it('reports that nothing is listening', async () => {
    await expect(server.download({ url: 'http://127.0.0.1:9/', retries: 0 })).rejects.toThrow('ECONNREFUSED');
  });

  it('stops if the caller aborts', async () => {
    const abort = new AbortController();
    server.answer(stallHalfway());
    const onProgress = (): void => {
      abort.abort(new Error('stopped by the user'));
    };
    await expect(server.download({ onProgress, signal: abort.signal })).rejects.toThrow(
      'stopped by the user',
    );
  });

  it('explains that a file is in the place of its folder', async () => {
    writeFileSync(join(dirname(server.file), 'occupied'), '');
    await expect(
      server.download({ file: join(dirname(server.file), 'occupied', 'file.bin') }),
    ).rejects.toMatchObject({ remedy: expect.stringContaining('Move it away') as string });
  });
});
