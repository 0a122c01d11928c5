import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import pRetry, { AbortError } from 'p-retry';
import { writeFileAtomic } from './atomic.ts';
import { digestFile, type DigestAlgorithm } from './digest.ts';
import { ArtifactError, explainFileError } from './errors.ts';
import { withLock } from './lock.ts';
import type { OnProgress } from './progress.ts';

/** What a download is checked against; the more the better. */
export interface ExpectedFile {
  bytes?: number;
  sha256?: string;
  sha1?: string;
  md5?: string;
}

export interface DownloadOptions {
  url: string;
  /** Where the verified file goes. What has arrived so far is kept beside it as `FILE.partial`. */
  file: string;
  expected?: ExpectedFile;
  /** How the file is called in progress reports and errors; the URL by default. */
  label?: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
  /** Further attempts after a broken connection or a busy server (default 6). */
  retries?: number;
  /** A connection that delivers nothing for this long is given up (default 30 s). */
  stallMs?: number;
  /** Wait before the first further attempt; it doubles from there (default 1 s). */
  backoffMs?: number;
}

/** What the server says of the file it sends. */
interface Announced {
  etag?: string;
  bytes?: number;
  md5?: string;
}

/**
 * Downloads a file, resuming by Range after any break, and publishes it only once its size, its digests and the md5
 * that the server announces (`x-goog-hash`) all agree. Processes that ask for the same file share one download. A file
 * that is there already is checked and kept.
 *
 * @throws ArtifactError when the server refuses, the bytes are wrong, or the disk cannot hold them.
 */
export async function downloadFile(
  options: DownloadOptions,
): Promise<{ file: string; bytes: number; sha256: string }> {
  const { file, expected = {} } = options;
  return withLock(file, async () => {
    try {
      await mkdir(dirname(file), { recursive: true });
      const present = await sizeOf(file);
      if (present !== undefined && (await mismatch(file, expected)) === undefined) {
        return { file, bytes: present, sha256: await digestFile(file, 'sha256') };
      }
      await fetchVerified(options);
      return { file, bytes: (await sizeOf(file)) ?? 0, sha256: await digestFile(file, 'sha256') };
    } catch (cause) {
      throw explainFileError(cause, 'download to', file);
    }
  });
}

async function fetchVerified(options: DownloadOptions): Promise<void> {
  const { file, expected = {}, label = options.url, signal } = options;
  const partial = `${file}.partial`;
  const announced = await withRetries(options, () => fetchRest(options, partial));
  const wrong = await mismatch(partial, {
    ...(announced.bytes === undefined ? {} : { bytes: announced.bytes }),
    ...(announced.md5 === undefined ? {} : { md5: announced.md5 }),
    ...expected,
  });
  signal?.throwIfAborted();
  if (wrong !== undefined) {
    await discard(partial);
    throw new ArtifactError(
      `Expected ${label} with ${wrong.property} ${wrong.expected}, found ${wrong.found}`,
      'The download was altered or the source has changed: try again, or use another source.',
    );
  }
  await rename(partial, file);
  await rm(`${partial}.json`, { force: true });
}

/** One request: continues `partial` where it ends, or starts over when the server cannot or the file has changed. */
async function fetchRest(options: DownloadOptions, partial: string): Promise<Announced> {
  const { url, expected, label = url, onProgress, signal, stallMs = 30_000 } = options;
  const before = await readState(partial);
  const offset = before.etag === undefined ? 0 : ((await sizeOf(partial)) ?? 0);
  if (before.bytes !== undefined && offset === before.bytes) return before;

  const stall = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stall.abort(new Error(`nothing arrived for ${stallMs / 1000} s`));
    }, stallMs);
  };
  heard();
  try {
    const response = await fetch(url, {
      headers: {
        'accept-encoding': 'identity',
        ...(offset > 0 ? { range: `bytes=${offset}-`, 'if-range': before.etag! } : {}),
      },
      signal: AbortSignal.any([stall.signal, ...(signal === undefined ? [] : [signal])]),
    });
    const resumed = response.status === 206 && contentRangeStart(response) === offset;
    if (response.status !== 200 && !resumed) {
      await response.body?.cancel();
      if (response.status === 416) await discard(partial);
      throw refused(response.status, label);
    }
    const start = resumed ? offset : 0;
    const announced = announcedBy(response, start);
    await writeFileAtomic(`${partial}.json`, JSON.stringify({ url, ...announced }));
    const total = announced.bytes ?? expected?.bytes;
    const handle = await open(partial, start === 0 ? 'w' : 'r+');
    try {
      let done = start;
      for await (const chunk of response.body ?? []) {
        heard();
        await handle.write(chunk as Uint8Array, 0, (chunk as Uint8Array).length, done);
        done += (chunk as Uint8Array).length;
        onProgress?.({ label, done, ...(total === undefined ? {} : { total }), unit: 'bytes' });
      }
      await handle.sync();
      if (announced.bytes !== undefined && done < announced.bytes) {
        throw new Error(`the connection ended after ${done} of ${announced.bytes} bytes`);
      }
    } finally {
      await handle.close();
    }
    return announced;
  } finally {
    clearTimeout(timer);
  }
}

async function withRetries<T>(options: DownloadOptions, attempt: () => Promise<T>): Promise<T> {
  const { label = options.url, signal, retries = 6, backoffMs = 1_000 } = options;
  try {
    return await pRetry(
      async () => {
        try {
          return await attempt();
        } catch (error) {
          const permanent = error instanceof ArtifactError || explainFileError(error, '', '') !== error;
          // p-retry takes any TypeError but fetch's own for a programming error and would give up.
          throw permanent ? new AbortError(error as Error) : new Error(reasonOf(error), { cause: error });
        }
      },
      { retries, minTimeout: backoffMs, maxTimeout: 30_000, ...(signal === undefined ? {} : { signal }) },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ArtifactError || explainFileError(cause, '', '') !== cause) throw cause;
    throw new ArtifactError(
      `Could not download ${label}: ${reasonOf(cause)}`,
      'Check the network and the proxy settings, then run the same command again: it goes on where it stopped.',
      { cause },
    );
  }
}

/** The innermost reason: fetch itself says only "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

function refused(status: number, label: string): Error {
  const transient = status === 408 || status === 416 || status === 425 || status === 429 || status >= 500;
  return transient
    ? new Error(`the server answered ${status}`)
    : new ArtifactError(
        `Expected ${label} from its server, found the answer ${status}`,
        'Check that the address is right and that the file may be read without signing in.',
      );
}

function announcedBy(response: Response, start: number): Announced {
  const length = response.headers.get('content-length');
  const etag = response.headers.get('etag');
  const md5 = /md5=([A-Za-z0-9+/=]+)/.exec(response.headers.get('x-goog-hash') ?? '')?.[1];
  return {
    // A weak tag promises no equal bytes, so it cannot vouch for a resumed file.
    ...(etag === null || etag.startsWith('W/') ? {} : { etag }),
    ...(length === null ? {} : { bytes: start + Number(length) }),
    ...(md5 === undefined ? {} : { md5: Buffer.from(md5, 'base64').toString('hex') }),
  };
}

function contentRangeStart(response: Response): number | undefined {
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

async function readState(partial: string): Promise<Announced> {
  try {
    return JSON.parse(await readFile(`${partial}.json`, 'utf8')) as Announced;
  } catch {
    return {};
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function discard(partial: string): Promise<void> {
  await rm(partial, { force: true });
  await rm(`${partial}.json`, { force: true });
}

/** The first property of `file` that differs from `expected`. */
async function mismatch(
  file: string,
  expected: ExpectedFile,
): Promise<{ property: string; expected: string; found: string } | undefined> {
  const bytes = (await sizeOf(file)) ?? 0;
  if (expected.bytes !== undefined && bytes !== expected.bytes) {
    return { property: 'size', expected: `${expected.bytes} bytes`, found: `${bytes} bytes` };
  }
  for (const algorithm of ['sha256', 'sha1', 'md5'] satisfies DigestAlgorithm[]) {
    const digest = expected[algorithm];
    if (digest === undefined) continue;
    const found = await digestFile(file, algorithm);
    if (found !== digest) return { property: algorithm, expected: digest, found };
  }
  return undefined;
}
