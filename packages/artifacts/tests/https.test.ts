import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { content, correct, serve, status, useFileServer, type Handler } from './fileServer.ts';
import { eventsOf, startTask } from './task.ts';
import { temporaryFolder } from './temporary.ts';

const plain = useFileServer();
let certificate: string;
let server: Server;
let url: string;
let answer: Handler;

beforeEach(async () => {
  const folder = temporaryFolder();
  const key = join(folder, 'key.pem');
  certificate = join(folder, 'certificate.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const output = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, ...subject, ...output], { stdio: 'pipe' });
  server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The result of a download in a process that trusts the server's certificate. */
async function download(): Promise<Record<string, unknown> | undefined> {
  const task = { download: { url, file: plain.file, label: 'the file', expected: correct } };
  return (await eventsOf(startTask(task, '', { NODE_EXTRA_CA_CERTS: certificate }))).at(-1);
}

describe('a download by https', () => {
  it('follows a redirect to https', async () => {
    answer = (request, response) => {
      const handler = request.url === '/file' ? status(302, { location: '/elsewhere' }) : serve();
      handler(request, response);
    };
    expect(await download()).toMatchObject({ bytes: content.length });
  });

  it('refuses a redirect to http, whatever is there', async () => {
    answer = status(302, { location: plain.url });
    plain.answer(serve());
    expect(await download()).toMatchObject({
      name: 'OutsideError',
      message: `The download was redirected from https to ${plain.url}`,
      remedy: expect.stringContaining('Do not trust') as string,
    });
    expect(plain.requests).toEqual([]);
  });

  it('refuses a redirect to http after another redirect', async () => {
    answer = (request, response) => {
      const location = request.url === '/file' ? '/elsewhere' : plain.url;
      status(307, { location })(request, response);
    };
    expect(await download()).toMatchObject({
      message: expect.stringContaining('redirected from https') as string,
    });
    expect(plain.requests).toEqual([]);
  });
});
