import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFile, type DownloadOptions } from '../src/index.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
const digest = (algorithm: string): string => createHash(algorithm).update(content).digest('hex');
const md5Base64 = createHash('md5').update(content).digest('base64');

type Handler = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

let server: Server;
let requests: IncomingMessage[];
let folder: string;
let handler: Handler;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const download = (options: Partial<DownloadOptions> = {}): ReturnType<typeof downloadFile> =>
  downloadFile({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`,
    file: join(folder, 'file.bin'),
    label: 'the file',
    backoffMs: 1,
    ...options,
  });

/** A well-behaved server with Range support. */
const serve =
  (headers: Record<string, string> = {}): Handler =>
  (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range =
      start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, {
      etag: '"v1"',
      'content-length': String(content.length - start),
      ...range,
      ...headers,
    });
    response.end(content.subarray(start));
  };

/** Sends the first half, then breaks the connection. */
const breakHalfway: Handler = (_, response) => {
  response.writeHead(200, { etag: '"v1"', 'content-length': String(content.length) });
  response.write(content.subarray(0, 100_000), () => response.destroy());
};

describe('a download that succeeds', () => {
  it('publishes the bytes with their sha256', async () => {
    handler = serve();
    const result = await download();
    expect(result).toEqual({
      file: join(folder, 'file.bin'),
      bytes: content.length,
      sha256: digest('sha256'),
    });
    expect(readFileSync(result.file).equals(content)).toBe(true);
  });

  it('leaves nothing but the file', async () => {
    handler = serve();
    const { file } = await download();
    expect(existsSync(`${file}.partial`) || existsSync(`${file}.partial.json`)).toBe(false);
  });

  it('reports progress up to the announced size', async () => {
    handler = serve();
    const seen: number[] = [];
    await download({ onProgress: ({ done, total }) => seen.push(done / (total ?? 1)) });
    expect(seen.at(-1)).toBe(1);
  });

  it('resumes by Range after a break', async () => {
    handler = (request, response, attempt) => {
      (attempt === 1 ? breakHalfway : serve())(request, response, attempt);
    };
    await download({ expected: { sha256: digest('sha256') } });
    expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(requests[1]?.headers['if-range']).toBe('"v1"');
  });

  it('starts over when the server has dropped Range support', async () => {
    handler = (request, response, attempt) => {
      if (attempt === 1) {
        breakHalfway(request, response, attempt);
        return;
      }
      response.writeHead(200, { etag: '"v1"', 'content-length': String(content.length) });
      response.end(content);
      return undefined;
    };
    await expect(download({ expected: { sha256: digest('sha256') } })).resolves.toMatchObject({
      bytes: content.length,
    });
  });

  it('starts over when the file has changed between attempts', async () => {
    handler = (request, response, attempt) => {
      if (attempt === 1) {
        breakHalfway(request, response, attempt);
        return;
      }
      delete request.headers.range;
      serve({ etag: '"v2"' })(request, response, attempt);
    };
    await expect(download({ expected: { md5: digest('md5') } })).resolves.toMatchObject({
      bytes: content.length,
    });
  });

  it('does not resume where the server gives no strong tag to vouch for it', async () => {
    handler = (request, response, attempt) => {
      if (attempt > 1) {
        serve({ etag: 'W/"v1"' })(request, response, attempt);
        return;
      }
      response.writeHead(200, { etag: 'W/"v1"', 'content-length': String(content.length) });
      response.write(content.subarray(0, 100_000), () => response.destroy());
      return undefined;
    };
    await download();
    expect(requests[1]?.headers.range).toBeUndefined();
  });

  it.each([429, 500, 503])('tries again after the answer %i', async (status) => {
    handler = (request, response, attempt) => {
      if (attempt > 1) {
        serve()(request, response, attempt);
        return;
      }
      response.writeHead(status).end();
      return undefined;
    };
    await expect(download()).resolves.toMatchObject({ bytes: content.length });
  });

  it('gives up on a connection that stalls and tries again', async () => {
    handler = (request, response, attempt) => {
      if (attempt > 1) {
        serve()(request, response, attempt);
        return;
      }
      response.writeHead(200, { etag: '"v1"', 'content-length': String(content.length) });
      response.write(content.subarray(0, 1_000));
      return undefined;
    };
    await expect(download({ stallMs: 100 })).resolves.toMatchObject({ bytes: content.length });
  });

  it('asks for the bytes once when two ask for the same file', async () => {
    handler = serve();
    await Promise.all([
      download({ expected: { md5: digest('md5') } }),
      download({ expected: { md5: digest('md5') } }),
    ]);
    expect(requests).toHaveLength(1);
  });

  it('replaces a file that is there but wrong', async () => {
    handler = serve();
    writeFileSync(join(folder, 'file.bin'), 'something else');
    const { file } = await download({ expected: { sha256: digest('sha256') } });
    expect(readFileSync(file).equals(content)).toBe(true);
  });
});

describe('a download that must not be used', () => {
  it.each([
    ['sha256', { sha256: '0'.repeat(64) }],
    ['sha1', { sha1: '0'.repeat(40) }],
    ['md5', { md5: '0'.repeat(32) }],
    ['size', { bytes: 3 }],
  ])('is refused when its %s differs', async (property, expected) => {
    handler = serve();
    await expect(download({ expected })).rejects.toThrow(`with ${property}`);
    expect(existsSync(join(folder, 'file.bin'))).toBe(false);
  });

  it('is refused when it differs from the md5 that the server announces', async () => {
    handler = (_, response, attempt) => {
      const bytes = Buffer.from(content);
      bytes[5] = 99;
      response.writeHead(200, { 'x-goog-hash': `crc32c=AAAAAA==,md5=${md5Base64}` });
      response.end(attempt > 0 ? bytes : content);
    };
    await expect(download()).rejects.toThrow('with md5');
  });

  it('is thrown away, so that the next call starts afresh', async () => {
    handler = (_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': '5' }).end('wrong');
    };
    await expect(download({ expected: { md5: digest('md5') } })).rejects.toThrow('with md5');
    handler = serve();
    await expect(download({ expected: { md5: digest('md5') } })).resolves.toMatchObject({
      bytes: content.length,
    });
  });

  it.each([403, 404])('fails at once with the answer %i', async (status) => {
    handler = (_, response) => void response.writeHead(status).end();
    await expect(download()).rejects.toMatchObject({
      message: expect.stringContaining(`answer ${status}`) as string,
    });
    expect(requests).toHaveLength(1);
  });

  it('keeps what has arrived when every attempt breaks, and goes on from there', async () => {
    handler = (request, response, attempt) => {
      if (request.headers.range === undefined) {
        breakHalfway(request, response, attempt);
        return;
      }
      response.destroy();
      return undefined;
    };
    await expect(download({ retries: 1 })).rejects.toMatchObject({
      remedy: expect.stringContaining('goes on') as string,
    });
    handler = serve();
    await download({ expected: { sha256: digest('sha256') } });
    expect(requests.at(-1)?.headers.range).toMatch(/^bytes=[1-9]/);
  });

  it('stops when the caller aborts', async () => {
    const abort = new AbortController();
    handler = (_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': String(content.length) });
      response.write(content.subarray(0, 1_000));
      abort.abort(new Error('stopped by the user'));
    };
    await expect(download({ signal: abort.signal })).rejects.toThrow('stopped by the user');
  });

  it('says in one line what to do when the folder cannot be made', async () => {
    handler = serve();
    writeFileSync(join(folder, 'occupied'), '');
    await expect(download({ file: join(folder, 'occupied', 'file.bin') })).rejects.toMatchObject({
      name: 'ArtifactError',
      remedy: expect.stringContaining('BIT_REPRO_CACHE') as string,
    });
  });
});
