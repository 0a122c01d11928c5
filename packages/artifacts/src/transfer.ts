import { open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { flush } from './atomic.ts';
import { OutsideError, type ExplainedError } from './errors.ts';
import type { Connection } from './http.ts';
import {
  beginPartial,
  discardPartial,
  partialOf,
  readPartial,
  type Announced,
  type Partial,
} from './partial.ts';

/** A number of bytes in a number of milliseconds. */
export interface Pace {
  bytes: number;
  ms: number;
}

export interface Transfer {
  url: string;
  /** The bytes go to `FILE.partial`. */
  file: string;
  label: string;
  /** Of the request, beside those of this module. */
  headers: Readonly<Record<string, string>>;
  /** Explains an answer that is final. Default: by the label. */
  explainRefusal?: (status: number) => ExplainedError;
  /** Used if the server does not announce the size. */
  expectedBytes?: number;
  connection: Connection;
  /** A connection that delivers nothing for this long is closed. */
  stallMs: number;
  /** A connection that delivers less than this is closed, too. */
  slowest: Pace;
  /** Whether the caller knows a digest, by which it would notice the bytes of another file. */
  isIdentified: boolean;
  signal: AbortSignal;
  /** Called with the server's description before any byte is stored; may throw. */
  onAnnounced: (announced: Announced) => void;
  /** Called with the number of bytes so far and in total. */
  onBytes: (done: number, total: number | undefined) => void;
}

/**
 * Makes one request: resumes `FILE.partial`, or starts over if the server cannot resume or the file has
 * changed. Returns the server's description of the complete file. If all bytes had arrived before, the server
 * is only asked whether the file has changed, and not even that if a digest is known.
 */
export async function fetchRest(transfer: Transfer): Promise<Announced> {
  const before = await readPartial(transfer.file, transfer.url);
  if (isComplete(before) && transfer.isIdentified) return before.announced;

  const watch = watchPace(transfer);
  const signal = AbortSignal.any([watch.signal, transfer.signal]);
  try {
    return await receive(transfer, before, signal, watch.heard);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    watch.end();
  }
}

const isComplete = ({ offset, announced }: Partial): boolean => offset > 0 && offset === announced.bytes;

/** Closes a connection that delivers nothing for a while, or too little over time. */
function watchPace({ stallMs, slowest }: Transfer): {
  signal: AbortSignal;
  heard: (bytes: number) => void;
  end: () => void;
} {
  const giveUp = new AbortController();
  const stall = setTimeout(() => {
    giveUp.abort(new Error(`nothing arrived for ${stallMs / 1000} s`));
  }, stallMs);
  let arrived = 0;
  const slowness = setInterval(() => {
    if (arrived < slowest.bytes) {
      giveUp.abort(new Error(`only ${arrived} bytes arrived in ${slowest.ms / 1000} s`));
    }
    arrived = 0;
  }, slowest.ms);
  return {
    signal: giveUp.signal,
    heard: (bytes) => {
      arrived += bytes;
      stall.refresh();
    },
    end: () => {
      clearTimeout(stall);
      clearInterval(slowness);
    },
  };
}

async function receive(
  {
    url,
    file,
    label,
    headers: own,
    explainRefusal,
    expectedBytes,
    connection,
    onAnnounced,
    onBytes,
  }: Transfer,
  before: Partial,
  signal: AbortSignal,
  heard: (bytes: number) => void,
): Promise<Announced> {
  const { statusCode, headers, body } = await connection.get(url, {
    signal,
    headers: { ...own, ...conditions(before) },
  });
  heard(0);
  const arrived = keepArriving(body);
  try {
    if (statusCode === 304 && isComplete(before)) {
      await body.dump();
      onAnnounced(before.announced);
      return before.announced;
    }
    if (statusCode !== 200 && statusCode !== 206) throw refusal(statusCode, label, explainRefusal);
    const isRest = statusCode === 206;
    if (isRest && !continues(headers, before))
      throw new UnfitRange('the server sent the wrong part of the file');
    const start = isRest ? before.offset : 0;
    const announced = isRest ? before.announced : announcedBy(headers);
    onAnnounced(announced);
    if (!isRest) await beginPartial(file, url, announced);
    const total = announced.bytes ?? expectedBytes;
    const done = await append(arrived, partialOf(file), { start, total }, (sofar, more) => {
      heard(more);
      onBytes(sofar, total);
    });
    if (announced.bytes !== undefined && done < announced.bytes) {
      throw new Error(`the connection ended after ${done} of ${announced.bytes} bytes`);
    }
    return announced;
  } catch (error) {
    body.destroy();
    if (error instanceof UnfitRange) await discardPartial(file);
    throw error;
  }
}

/** Headers for a request after some or all of the file has arrived. */
function conditions(before: Partial): Record<string, string> {
  const { offset, announced } = before;
  if (offset === 0) return {};
  return isComplete(before)
    ? { 'if-none-match': announced.etag! }
    : { range: `bytes=${offset}-`, 'if-range': announced.etag! };
}

/** Buffers what arrives while the disk is busy, so that a broken connection loses none of it. */
function keepArriving(body: Readable): AsyncIterable<Uint8Array> {
  const waiting = new PassThrough({ highWaterMark: 1 << 20 });
  let broken: Error | undefined;
  body.on('error', (error) => {
    broken = error;
    waiting.end();
  });
  body.pipe(waiting);
  return (async function* () {
    yield* waiting as AsyncIterable<Uint8Array>;
    if (broken !== undefined) throw broken;
  })();
}

/** Appends what arrives after `start` bytes; everything that has arrived is kept if the connection breaks. */
async function append(
  body: AsyncIterable<Uint8Array>,
  partial: string,
  { start, total }: { start: number; total: number | undefined },
  onBytes: (done: number, more: number) => void,
): Promise<number> {
  const handle = await open(partial, 'a');
  let done = start;
  try {
    for await (const chunk of body) {
      await handle.appendFile(chunk);
      done += chunk.length;
      if (total !== undefined && done > total) {
        throw new UnfitRange(`the server sent more than the ${total} bytes of the file`);
      }
      onBytes(done, chunk.length);
    }
  } finally {
    await handle.close();
  }
  await flush(partial);
  return done;
}

type Headers = Dispatcher.ResponseData['headers'];

/** The stored or received bytes cannot belong to the file, so the next attempt starts over. */
class UnfitRange extends Error {}

function continues(headers: Headers, { offset, announced }: Partial): boolean {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(text(headers['content-range'])) ?? [];
  // A server without If-Range support sends the rest of whatever the file is now.
  const sameTag = headers.etag === undefined || headers.etag === announced.etag;
  const sameSize = total === '*' || announced.bytes === undefined || Number(total) === announced.bytes;
  return Number(start) === offset && offset > 0 && sameTag && sameSize;
}

function announcedBy(headers: Headers): Announced {
  const etag = text(headers.etag);
  const length = text(headers['content-length']);
  const md5 = /md5=([A-Za-z0-9+/=]+)/.exec(text(headers['x-goog-hash']))?.[1];
  return {
    // A weak tag does not guarantee equal bytes, so it cannot identify a resumed file.
    ...(etag.startsWith('"') && { etag }),
    ...(length !== '' && { bytes: Number(length) }),
    ...(md5 !== undefined && { md5: Buffer.from(md5, 'base64').toString('hex') }),
  };
}

const text = (header: string | string[] | undefined): string => [header ?? ''].flat().join(',');

function refusal(status: number, label: string, explain: Transfer['explainRefusal']): Error {
  if (status === 416) return new UnfitRange(`the server answered ${status}`);
  const isTransient = status === 408 || status === 425 || status === 429 || status >= 500;
  return isTransient
    ? new Error(`the server answered ${status}`)
    : (explain?.(status) ??
        new OutsideError(
          `The server answered ${status} for ${label}`,
          'Check that the URL is correct and that the file can be read without signing in.',
        ));
}
