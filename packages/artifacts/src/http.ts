import type { Dispatcher } from 'undici';
import { OutsideError } from './errors.ts';

/**
 * Unlike Node's `fetch`, supports proxies, and does not decode `Content-Encoding: x-gzip`, which some servers
 * send for a .tar.gz.
 */
export interface Connection {
  get: (
    url: string,
    options: { headers?: Record<string, string>; signal: AbortSignal; method?: 'GET' | 'HEAD' },
  ) => Promise<Dispatcher.ResponseData>;
  /**
   * For libraries that are given a `fetch`, for answers that are short text. It is given up when `signal` is aborted.
   */
  fetchUntil: (signal: AbortSignal) => typeof fetch;
  close: () => Promise<void>;
}

/**
 * Connects through the user's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Bytes are returned as sent.
 * Redirects are followed, but `get` throws an OutsideError on one from https to http.
 */
export function connect(): Connection {
  let opening: ReturnType<typeof open> | undefined;
  const send = async (
    url: string,
    { headers = {}, signal, ...rest }: Sent & { signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData> => {
    opening ??= open();
    const { request, following, followingHttps } = await opening;
    return orAborted(
      signal,
      request(url, {
        dispatcher: new URL(url).protocol === 'https:' ? followingHttps : following,
        headers: { 'user-agent': 'bit-repro', 'accept-encoding': 'identity', ...headers },
        signal,
        ...rest,
      }),
    );
  };
  return {
    get: (url, { method = 'GET', ...rest }) => send(url, { method, ...rest }),
    fetchUntil: (signal) => async (input, init) => {
      const asked = new Request(input, init);
      const { method, url } = asked;
      const sent = { method, headers: Object.fromEntries(asked.headers), body: await asked.text() };
      const { statusCode: status, headers, body } = await send(url, { ...sent, signal });
      const text = await body.text();
      const type = headers['content-type'];
      return new Response(text, {
        status,
        headers: typeof type === 'string' ? { 'content-type': type } : {},
      });
    },
    close: async () => (await opening)?.agent.destroy(),
  };
}

/** Loads undici only for a request: it takes a third of the time that this program needs to show its help. */
async function open() {
  const { EnvHttpProxyAgent, interceptors, request } = await import('undici');
  // The caller of `get` limits the wait.
  const agent = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0 });
  const redirect = interceptors.redirect({ maxRedirections: 10 });
  return {
    request,
    agent,
    following: agent.compose(redirect),
    followingHttps: agent.compose(refusePlainHttp, redirect),
  };
}

/** A request, apart from its URL. */
interface Sent {
  method: string;
  headers?: Record<string, string>;
  body?: string;
}

/** undici ignores its signal while it waits for a proxy. */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { signal: settled.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
}

/** Anyone on the way could alter an unencrypted download, which a request by https must exclude. */
const refusePlainHttp: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { protocol, host } = new URL(String(options.origin));
  if (protocol === 'https:') return dispatch(options, handler);
  throw new OutsideError(
    `The download was redirected from https to ${protocol}//${host}${options.path}`,
    'Do not trust that file. Check the URL, and whether a proxy or a captive portal redirects it.',
  );
};

/** Whether a server answers a HEAD request for `url` with success. */
export async function isReachable(url: string, timeoutMs = 15_000): Promise<boolean> {
  try {
    const connection = connect();
    try {
      const { statusCode } = await connection.get(url, {
        method: 'HEAD',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return statusCode === 200;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
