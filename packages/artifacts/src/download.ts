import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import pRetry from 'p-retry';
import { flush, sizeOf } from './atomic.ts';
import { digestsOf } from './digest.ts';
import { ExplainedError, explainFetchError, explainFileError, OutsideError } from './errors.ts';
import { connect } from './http.ts';
import { withLock } from './lock.ts';
import { discardPartial, partialOf, type Announced } from './partial.ts';
import type { OnProgress } from './progress.ts';
import { fetchRest, type Pace } from './transfer.ts';

/** What a download is checked against. Digests are in lower-case hex. */
interface ExpectedFile {
  bytes?: number;
  sha256?: string;
  sha1?: string;
  md5?: string;
}

export interface DownloadOptions {
  url: string;
  /** Where the verified file goes. A partial download is kept beside it as `FILE.partial`. */
  file: string;
  expected?: ExpectedFile;
  /** Name of the file in progress reports and errors. Default: the URL. */
  label?: string;
  /** Of every request. Those that prove who the user is are not sent to another host. */
  headers?: Readonly<Record<string, string>>;
  /** Explains an answer by which the server refuses, such as 404. */
  explainRefusal?: (status: number) => ExplainedError;
  onProgress?: OnProgress;
  signal?: AbortSignal | undefined;
  /**
   * Number of further attempts with little progress after a broken connection or a busy server. Default: 6.
   */
  retries?: number;
  /** A connection that delivers nothing for this long is closed. Default: 30 s. */
  stallMs?: number;
  /** A connection that delivers fewer bytes per time than this is closed. Default: 64 KiB per minute. */
  slowest?: Pace;
  /** Delay before the first further attempt, doubled each time. Default: 1 s. */
  backoffMs?: number;
}

export interface DownloadedFile {
  file: string;
  bytes: number;
  sha256: string;
}

const identifying = ['sha256', 'sha1', 'md5'] as const;

/**
 * Attempts that together download this much more are not counted, so that a large file gets through a bad
 * connection.
 */
const worthwhileBytes = 1 << 20;

/**
 * Downloads a file, resuming by Range after an interruption, and publishes it once its size, its digests and
 * the md5 that the server announces (`x-goog-hash`) all match. Processes that download the same file share
 * one download. An existing file is kept if it matches. The user's `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`
 * apply.
 *
 * @throws OutsideError if the server refuses, the bytes are wrong, or the disk is full.
 */
export async function downloadFile(options: DownloadOptions): Promise<DownloadedFile> {
  const { file, expected = {}, label = options.url, signal } = options;
  try {
    return await withLock(
      file,
      async (stopped) => {
        const present = await examine(file, expected);
        if (present.verified) return present.verified;
        const announced = await fetchAll(options, stopped);
        const { verified, problem } = await examine(partialOf(file), { ...announced, ...expected });
        stopped.throwIfAborted();
        if (!verified) {
          await discardPartial(file);
          throw differs(label, problem!);
        }
        await rename(partialOf(file), file);
        await flush(dirname(file));
        await discardPartial(file);
        return { ...verified, file };
      },
      { signal },
    );
  } catch (cause) {
    throw explainFileError(cause, 'download to', file);
  }
}

/** Downloads the complete file to `FILE.partial`, unverified. */
async function fetchAll(options: DownloadOptions, signal: AbortSignal): Promise<Announced> {
  const { url, file, expected = {}, label = url, headers = {}, explainRefusal, onProgress } = options;
  const {
    retries = 6,
    stallMs = 30_000,
    slowest = { bytes: 1 << 16, ms: 60_000 },
    backoffMs = 1_000,
  } = options;
  let most = 0;
  try {
    const connection = connect();
    const attempt = (): Promise<Announced> =>
      fetchRest({
        ...{ url, file, label, headers, connection, stallMs, slowest, signal },
        ...(explainRefusal && { explainRefusal }),
        isIdentified: identifying.some((algorithm) => expected[algorithm] !== undefined),
        ...(expected.bytes !== undefined && { expectedBytes: expected.bytes }),
        onAnnounced: (announced) => {
          const problem = contradiction(announced, expected);
          if (problem !== undefined) throw differs(label, problem);
        },
        onBytes: (done, total) => {
          most = Math.max(most, done);
          onProgress?.({ label, done, ...(total !== undefined && { total }), unit: 'bytes' });
        },
      });
    try {
      for (;;) {
        const before = most;
        try {
          return await pRetry(attempt, {
            ...{ retries, signal, minTimeout: backoffMs, maxTimeout: 30_000 },
            shouldRetry: ({ error }) => !isFinal(error),
          });
        } catch (error) {
          if (isFinal(error) || signal.aborted || most < before + worthwhileBytes) throw error;
        }
      }
    } finally {
      await connection.close();
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (isFinal(cause)) throw cause;
    throw new OutsideError(
      `Could not download ${label}: ${reasonOf(cause)}`,
      'Check the network and the proxy settings, then run the same command again: it resumes the download.',
      { cause },
    );
  }
}

/** A verified file, or the first difference to what was expected. */
interface Finding {
  verified?: DownloadedFile;
  problem?: string;
}

async function examine(file: string, expected: ExpectedFile): Promise<Finding> {
  const bytes = await sizeOf(file);
  if (bytes === undefined) return { problem: 'some content, found none' };
  const wrongSize = contradiction({ bytes }, expected);
  if (wrongSize !== undefined) return { problem: wrongSize };
  const wanted = (['sha1', 'md5'] as const).filter((algorithm) => expected[algorithm] !== undefined);
  const digests = await digestsOf(file, ['sha256', ...wanted]);
  const problem = contradiction(digests, expected);
  return problem === undefined ? { verified: { file, bytes, sha256: digests.sha256! } } : { problem };
}

/** The first property in which two descriptions of a file differ, among those that both have. */
function contradiction(found: ExpectedFile, expected: ExpectedFile): string | undefined {
  for (const key of ['bytes', 'sha256', 'sha1', 'md5'] as const) {
    if (found[key] === undefined || expected[key] === undefined || found[key] === expected[key]) continue;
    return `${key === 'bytes' ? 'size' : key} ${expected[key]}, found ${found[key]}`;
  }
  return undefined;
}

const differs = (label: string, problem: string): OutsideError =>
  new OutsideError(
    `Expected ${label} with ${problem}`,
    'The download was altered or the source has changed. Try again, or use another source.',
  );

/** Whether another attempt would end the same way. */
const isFinal = (error: unknown): boolean =>
  error instanceof ExplainedError || explainFetchError(error, '', '') !== error;

/** The innermost message: outer errors add little. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}
