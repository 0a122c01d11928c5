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
  ])('is refused and thrown away when its %s differs', async (property, expected) => {
    server.answer(serve());
    await expect(server.download({ expected })).rejects.toThrow(
      `Expected the file with ${property} ${Object.values(expected)[0]}, found`,
    );
    expectNothing();
  });

  it('is refused and thrown away when it differs from the md5 that the server announces', async () => {
    server.answer(send(altered, { 'x-goog-hash': googleHash }));
    await expect(server.download()).rejects.toThrow('Expected the file with md5');
    expectNothing();
  });

  it('is refused when it differs from the announced md5 although it is resumed', async () => {
    writeFileSync(`${server.file}.partial`, altered.subarray(0, half));
    writeFileSync(
      `${server.file}.partial.json`,
      JSON.stringify({ url: server.url, etag: '"v1"', bytes: content.length, md5: 'f'.repeat(32) }),
    );
    server.answer(serve());
    await expect(server.download()).rejects.toThrow('with md5 ffff');
    expectNothing();
  });

  it('is fetched afresh by the next call', async () => {
    server.answer(send(altered, whole()), serve());
    await expect(server.download({ expected: correct })).rejects.toThrow('with sha256');
    await expect(server.download({ expected: correct })).resolves.toMatchObject({ bytes: content.length });
  });

  it('leaves the old file where it is', async () => {
    writeFileSync(server.file, 'old');
    server.answer(send(altered, whole()));
    await expect(server.download({ expected: correct })).rejects.toThrow('with sha256');
    expect(readFileSync(server.file, 'utf8')).toBe('old');
  });
});

describe('a download that announces something else than is expected', () => {
  it.each([
    ['size', { bytes: 3 }, `size 3, found ${content.length}`],
    ['md5', { md5: '0'.repeat(32) }, `md5 ${'0'.repeat(32)}, found`],
  ])('is refused by its %s before its bytes are stored', async (_, expected, message) => {
    server.answer(stallHalfway(whole({ 'x-goog-hash': googleHash })));
    await expect(server.download({ expected })).rejects.toThrow(message);
    expect(server.requests).toHaveLength(1);
    expectNothing();
  });
});

describe('a server that lies about the length', () => {
  it('is found out when it sends less', async () => {
    server.answer((_, response) => {
      response.writeHead(200, whole({ 'content-length': String(content.length + 1) }));
      response.write(content, () => response.destroy());
    });
    await expect(server.download({ retries: 1 })).rejects.toThrow('Could not download the file');
    expect(existsSync(server.file)).toBe(false);
  });

  it('is found out when it sends more', async () => {
    server.answer((_, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${'x'.repeat(10)}`);
    });
    await expect(server.download({ retries: 0, expected: correct })).rejects.toBeInstanceOf(OutsideError);
    expect(existsSync(server.file)).toBe(false);
  });

  it('does not fill the disk without end', async () => {
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

describe('a download that cannot be had', () => {
  it.each([401, 403, 404, 410])('fails at once with the answer %i', async (code) => {
    server.answer(status(code));
    await expect(server.download()).rejects.toThrow(`found the answer ${code}`);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['the server answers 500', status(500), 'the server answered 500'],
    ['the connection breaks', breakOff, 'other side closed'],
  ])('fails with the reason when each time %s', async (_, handler, reason) => {
    server.answer(handler);
    await expect(server.download({ retries: 2 })).rejects.toThrow(`Could not download the file: ${reason}`);
    expect(server.requests).toHaveLength(3);
  });

  it('fails when redirects go round in a circle', async () => {
    server.answer(status(302, { location: '/file' }));
    await expect(server.download({ retries: 0 })).rejects.toThrow('Redirect loop');
  });

  it('says in a word that nobody listens', async () => {
    await expect(server.download({ url: 'http://127.0.0.1:9/', retries: 0 })).rejects.toThrow('ECONNREFUSED');
  });

  it('stops when the caller aborts', async () => {
    const abort = new AbortController();
    server.answer(stallHalfway());
    const onProgress = (): void => {
      abort.abort(new Error('stopped by the user'));
    };
    await expect(server.download({ onProgress, signal: abort.signal })).rejects.toThrow(
      'stopped by the user',
    );
  });

  it('says what to do when a file stands where its folder should be', async () => {
    writeFileSync(join(dirname(server.file), 'occupied'), '');
    await expect(
      server.download({ file: join(dirname(server.file), 'occupied', 'file.bin') }),
    ).rejects.toMatchObject({ remedy: expect.stringContaining('move it away') as string });
  });
});
