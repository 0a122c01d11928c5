import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { downloadFile, type DownloadOptions } from '../src/index.ts';
import { temporaryFolder } from './temporary.ts';

export const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
export const half = content.length / 2;
export const digest = (algorithm: string): string => createHash(algorithm).update(content).digest('hex');
export const googleHash = `crc32c=AAAAAA==,md5=${createHash('md5').update(content).digest('base64')}`;
export const correct = { sha256: digest('sha256') };

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A local server that answers each request with the next handler, and all further ones with the last. */
export interface FileServer {
  url: string;
  requests: IncomingMessage[];
  answer: (...handlers: Handler[]) => void;
  /** Where `download` writes the file, in a new folder. */
  file: string;
  download: (options?: Partial<DownloadOptions>) => ReturnType<typeof downloadFile>;
}

export function useFileServer(): FileServer {
  const served: FileServer = { url: '', requests: [], answer, file: '', download };
  let handlers: Handler[] = [];
  let server: Server;

  function answer(...next: Handler[]): void {
    handlers = next;
  }

  function download(options: Partial<DownloadOptions> = {}): ReturnType<typeof downloadFile> {
    return downloadFile({ url: served.url, file: served.file, label: 'the file', backoffMs: 1, ...options });
  }

  beforeEach(async () => {
    served.requests = [];
    server = createServer((request, response) => {
      served.requests.push(request);
      const handler = handlers.length > 1 ? handlers.shift()! : handlers[0]!;
      handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
    served.file = join(temporaryFolder(), 'file.bin');
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return served;
}

export const whole = (headers: Record<string, string> = {}): Record<string, string> => ({
  etag: '"v1"',
  'content-length': String(content.length),
  ...headers,
});

/** Sends the requested range. */
export const serve =
  (headers: Record<string, string> = {}): Handler =>
  (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = {
      'content-length': String(content.length - start),
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    };
    response.writeHead(start > 0 ? 206 : 200, whole({ ...(start > 0 && rest), ...headers }));
    response.end(content.subarray(start));
  };

/** Sends everything, whatever range is requested. */
export const ignoreRange: Handler = (_, response) => void response.writeHead(200, whole()).end(content);

/** Sends the first half and then stalls. */
export const stallHalfway =
  (headers: Record<string, string> = whole()): Handler =>
  (_, response) =>
    void response.writeHead(200, headers).write(content.subarray(0, half));

export const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(code, headers).end();

export const send =
  (bytes: Uint8Array | string, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(200, headers).end(bytes);

export const breakOff: Handler = (_, response) => void response.destroy();

/** Breaks the connection once half of the file has been stored, so that there is something to resume. */
export function breakHalfway(headers: Record<string, string> = whole()): {
  handler: Handler;
  onProgress: (progress: { done: number }) => void;
} {
  let open: ServerResponse | undefined;
  return {
    handler: (request, response) => {
      open = response;
      stallHalfway(headers)(request, response);
    },
    onProgress: ({ done }) => {
      if (done >= half) open?.destroy();
    },
  };
}
