import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { OutsideError } from '@bit-repro/artifacts';
import { CurveCache } from './curveCache.ts';
import { WatchedStore } from './watchedStore.ts';

/** A server that shows a store. */
interface ServedStore {
  /** The address of the page. It has a secret, because other users of the machine can reach the port. */
  address: string;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
/** Names of this machine in a request. Any other is a page of another host that had its name point here. */
const ownNames = new Set([loopback, 'localhost', '[::1]']);

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

const page = {
  '': ['page/index.html', 'text/html'],
  'watch.css': ['page/watch.css', 'text/css'],
  'watch.js': ['page/watch.js', 'text/javascript'],
  'runTable.js': ['page/runTable.js', 'text/javascript'],
  'chart.js': ['page/chart.js', 'text/javascript'],
} as const;

interface Answer {
  status?: number;
  type: string;
  content: string | Buffer;
}

/**
 * Serves a page on which a store can be watched, to this machine only. Nothing can be changed by it.
 *
 * @param port zero for a free one.
 * @throws OutsideError if the port cannot be used.
 */
export async function serveStore(folder: string, port = 0): Promise<ServedStore> {
  const secret = randomBytes(16).toString('hex');
  const site = new Site(folder, `/${secret}/`);
  const server = createServer((request, response) => {
    void site.respond(request, response);
  });
  try {
    server.listen(port, loopback);
    await once(server, 'listening');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    const remedy = 'Choose another by --port, or leave --port out for one that is free.';
    throw new OutsideError(`Port ${port} cannot be used (${code})`, remedy, { cause });
  }
  const address = server.address();
  const used = typeof address === 'object' ? (address?.port ?? port) : port;
  return {
    address: `http://${loopback}:${used}/${secret}/`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What is at which path. */
class Site {
  readonly #base: string;
  readonly #folder: string;
  readonly #store: WatchedStore;
  readonly #curves: CurveCache;

  constructor(folder: string, base: string) {
    this.#base = base;
    this.#folder = folder;
    this.#store = new WatchedStore(folder);
    this.#curves = new CurveCache(this.#store);
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {
      status = 200,
      type,
      content,
    } = await this.#answerTo(request).catch(() => refusal(500, 'This is a bug in harness watch.'));
    response.writeHead(status, {
      ...headers,
      'Content-Type': `${type}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(content),
      ...(status === 405 && { Allow: 'GET, HEAD' }),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  }

  async #answerTo({ method = '', headers: { host = '' }, url = '' }: IncomingMessage): Promise<Answer> {
    if (!ownNames.has(host.replace(/:\d*$/, '').toLowerCase()))
      return refusal(403, 'Only this machine may read this. Open the address that harness watch printed.');
    if (method !== 'GET' && method !== 'HEAD') return refusal(405, 'This page can only be read.');
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (!pathname.startsWith(this.#base)) return nothing;
    const name = pathname.slice(this.#base.length);
    if (name === 'state') {
      await this.#store.refresh();
      return json({
        store: this.#folder,
        now: new Date().toISOString(),
        ...this.#store.changesSince(searchParams.get('since') ?? ''),
      });
    }
    if (name === 'curve') {
      const part = await this.#curves.part(searchParams.get('run') ?? '', searchParams.get('have') ?? '');
      return part === undefined ? nothing : json(part);
    }
    if (!Object.hasOwn(page, name)) return nothing;
    const [file, type] = page[name as keyof typeof page];
    return { type, content: await readFile(new URL(file, import.meta.url)) };
  }
}

const json = (value: unknown): Answer => ({ type: 'application/json', content: JSON.stringify(value) });

const refusal = (status: number, words: string): Answer => ({
  status,
  type: 'text/plain',
  content: `${words}\n`,
});

const nothing = refusal(404, 'There is nothing here. Open the address that harness watch printed.');
