import { EnvHttpProxyAgent, interceptors, request, type Dispatcher } from 'undici';
import { OutsideError } from './errors.ts';

/** Node's own `fetch` would undo `Content-Encoding: x-gzip`, which some servers say of a .tar.gz, and knows no proxy. */
export interface Connection {
  get: (
    url: string,
    options: { headers?: Record<string, string>; signal: AbortSignal; method?: 'GET' | 'HEAD' },
  ) => Promise<Dispatcher.ResponseData>;
  close: () => Promise<void>;
}

/**
 * Bytes as they are sent, by way of the user's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, following redirects: from https to
 * nothing but https, else `get` throws an OutsideError.
 */
export function connect(): Connection {
  // Whoever sends the request limits the wait.
  const agent = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0 });
  const redirect = interceptors.redirect({ maxRedirections: 10 });
  const following = agent.compose(redirect);
  const followingHttps = agent.compose(refusePlainHttp, redirect);
  return {
    get: (url, { headers = {}, method = 'GET', signal }) =>
      orAborted(
        signal,
        request(url, {
          dispatcher: new URL(url).protocol === 'https:' ? followingHttps : following,
          method,
          headers: { 'user-agent': 'bit-repro', 'accept-encoding': 'identity', ...headers },
          signal,
        }),
      ),
    close: () => agent.destroy(),
  };
}

/** While it waits for a proxy to let it through, undici hears no signal. */
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

/** Anybody on the way could have altered what comes unencrypted, and whoever asked by https counts on that they cannot. */
const refusePlainHttp: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { protocol, host } = new URL(String(options.origin));
  if (protocol === 'https:') return dispatch(options, handler);
  throw new OutsideError(
    `Expected https all the way, found a redirect to ${protocol}//${host}${options.path}`,
    'Do not trust what lies there: check the address, and whether a proxy or a captive portal redirects it.',
  );
};

/** Whether a server has something at `url`; asks for no more than its headers. */
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
