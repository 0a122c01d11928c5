import { createServer, type Server } from 'node:http';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isReachable } from '../src/index.ts';
import { content, correct, serve, status, useFileServer } from './fileServer.ts';

const server = useFileServer();
let proxy: Server;
let asked: string[];
let silent: Duplex[];

beforeEach(async () => {
  asked = [];
  silent = [];
  proxy = createServer();
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const { port, hostname } = new URL(`http://${url}`);
    const target = connectSocket(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'NO_PROXY']) vi.stubEnv(name, undefined);
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  proxy.closeAllConnections();
  for (const socket of silent) socket.destroy();
  await new Promise((resolve) => proxy.close(resolve));
});

it('a download uses the proxy in the environment', async () => {
  server.answer(serve());
  await expect(server.download({ expected: correct })).resolves.toMatchObject({ bytes: content.length });
  expect(asked).toEqual([new URL(server.url).host]);
});

it('a download goes directly to a host in NO_PROXY', async () => {
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  server.answer(serve());
  await server.download({ expected: correct });
  expect(asked).toEqual([]);
});

describe('a proxy that never connects', () => {
  beforeEach(() => {
    proxy.removeAllListeners('connect').on('connect', ({ url = '' }, socket) => {
      asked.push(url);
      silent.push(socket);
    });
  });

  it('does not keep a download from being interrupted', async () => {
    const stop = new AbortController();
    const downloading = server.download({ signal: stop.signal });
    await expect.poll(() => asked.length).toBe(1);
    stop.abort(new Error('stopped'));
    await expect(downloading).rejects.toThrow('stopped');
  });

  it('is given up after a while', async () => {
    await expect(server.download({ stallMs: 50, retries: 1 })).rejects.toThrow('nothing arrived for 0.05 s');
    await expect(isReachable(server.url, 50)).resolves.toBe(false);
  });
});

it('an invalid proxy URL is reported with a remedy', async () => {
  vi.stubEnv('HTTP_PROXY', 'not an address');
  await expect(server.download()).rejects.toMatchObject({
    remedy: expect.stringContaining('proxy settings') as string,
  });
});

it.each([
  [200, true],
  [404, false],
])('isReachable counts the answer %i as %s', async (code, expected) => {
  server.answer(status(code));
  await expect(isReachable(server.url)).resolves.toBe(expected);
  expect(server.requests[0]?.method).toBe('HEAD');
});

it('isReachable is false if nothing answers in time', async () => {
  server.answer(() => undefined);
  await expect(isReachable(server.url, 50)).resolves.toBe(false);
});
