import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A local server with scripted answers that records its requests. */
export interface WeightsServer {
  url: string;
  requests: IncomingMessage[];
  /** Answers the next requests in turn; the last handler answers all further ones. */
  answerWith: (...handlers: Handler[]) => void;
  close: () => Promise<void>;
}

export async function startServer(): Promise<WeightsServer> {
  let handlers: Handler[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (...next) => {
      handlers = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The headers of the server of the published weights. */
function headersOf(content: Buffer): Record<string, string> {
  const md5 = createHash('md5').update(content).digest('base64');
  return {
    etag: `"${md5}"`,
    'content-length': String(content.length),
    'x-goog-hash': `crc32c=AAAAAA==,md5=${md5}`,
  };
}

/** Sends the file from the requested position. */
export const send =
  (content: Buffer, changes: Record<string, string> = {}): Handler =>
  (request, response) => {
    const start = Number(/bytes=(\d+)-/u.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = content.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      ...headersOf(content),
      'content-length': String(rest.length),
      ...(start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
      ...changes,
    });
    response.end(rest);
  };

/** Sends the whole file, whatever range is requested. */
export const sendAll =
  (content: Buffer): Handler =>
  (_, response) => {
    response.writeHead(200, headersOf(content)).end(content);
  };

/** Sends half of the file, then closes the connection or stalls. */
export const sendHalf =
  (content: Buffer, then: 'break' | 'stall'): Handler =>
  (_, response) => {
    response.writeHead(200, headersOf(content));
    response.write(content.subarray(0, content.length / 2), () => {
      if (then === 'break') response.destroy();
    });
  };

/** Sends other bytes than announced. */
export const sendOther =
  (content: Buffer, other: Buffer): Handler =>
  (_, response) => {
    response.writeHead(200, { ...headersOf(content), 'content-length': String(other.length) }).end(other);
  };
