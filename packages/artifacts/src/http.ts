import { EnvHttpProxyAgent, interceptors, request, type Dispatcher } from 'undici';

/** Node's own `fetch` would undo `Content-Encoding: x-gzip`, which some servers say of a .tar.gz, and knows no proxy. */
export interface Connection {
  get: (
    url: string,
    options: { headers?: Record<string, string>; signal?: AbortSignal; method?: 'GET' | 'HEAD' },
  ) => Promise<Dispatcher.ResponseData>;
  close: () => Promise<void>;
}

/** Bytes as they are sent, by way of the user's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, following redirects. */
export function connect(): Connection {
  // Whoever sends the request limits the wait.
  const agent = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0 });
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 10 }));
  return {
    get: (url, { headers = {}, method = 'GET', signal }) =>
      request(url, {
        dispatcher,
        method,
        headers: { 'user-agent': 'bit-repro', 'accept-encoding': 'identity', ...headers },
        ...(signal && { signal }),
      }),
    close: () => agent.destroy(),
  };
}

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
