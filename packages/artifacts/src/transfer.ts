import { open } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { flush } from './atomic.ts';
import { OutsideError } from './errors.ts';
import type { Connection } from './http.ts';
import {
  beginPartial,
  discardPartial,
  partialOf,
  readPartial,
  type Announced,
  type Partial,
} from './partial.ts';

/** So many bytes in so many milliseconds. */
export interface Pace {
  bytes: number;
  ms: number;
}

export interface Transfer {
  url: string;
  /** The bytes go to `FILE.partial`. */
  file: string;
  label: string;
  /** What the caller knows, should the server not say. */
  expectedBytes?: number;
  connection: Connection;
  /** A connection that delivers nothing for this long is given up. */
  stallMs: number;
  /** One that delivers less than this is given up, too. */
  slowest: Pace;
  /** Whether the caller knows a digest of the file, so that bytes of another one do not pass. */
  isIdentified: boolean;
  signal: AbortSignal;
  /** Sees what the server announces before any byte is stored, and may throw. */
  onAnnounced: (announced: Announced) => void;
  /** Bytes in hand, and of how many. */
  onBytes: (done: number, total: number | undefined) => void;
}

/**
 * One request: continues `FILE.partial` where it ends, or starts over when the server cannot continue or the file has
 * changed. Returns what the server announces once all has arrived. Where all had arrived before, the server is asked only
 * whether it is still the same, and not even that where a digest will tell.
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

/** Gives a connection up that delivers nothing for a while, or too little in the long run. */
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
  { url, file, label, expectedBytes, connection, onAnnounced, onBytes }: Transfer,
  before: Partial,
  signal: AbortSignal,
  heard: (bytes: number) => void,
): Promise<Announced> {
  const { statusCode, headers, body } = await connection.get(url, { signal, headers: conditions(before) });
  heard(0);
  const arrived = keepArriving(body);
  try {
    if (statusCode === 304 && isComplete(before)) {
      await body.dump();
      onAnnounced(before.announced);
      return before.announced;
    }
    if (statusCode !== 200 && statusCode !== 206) throw refusal(statusCode, label);
    const isRest = statusCode === 206;
    if (isRest && !continues(headers, before))
      throw new UnfitRange('the server sent another part of the file');
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

/** What is asked of a server that has sent some or all of the file before. */
function conditions(before: Partial): Record<string, string> {
  const { offset, announced } = before;
  if (offset === 0) return {};
  return isComplete(before)
    ? { 'if-none-match': announced.etag! }
    : { range: `bytes=${offset}-`, 'if-range': announced.etag! };
}

/** What arrives while the disk is busy waits here, so that a connection that breaks takes nothing of it along. */
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

/** Stores what arrives after `start` bytes; all that has arrived is kept when the connection breaks. */
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

/** What is stored, or what the server sent, cannot be a part of the file: the next attempt starts over. */
class UnfitRange extends Error {}

function continues(headers: Headers, { offset, announced }: Partial): boolean {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(text(headers['content-range'])) ?? [];
  // A server that does not know If-Range sends the rest of whatever the file is by now.
  const sameTag = headers.etag === undefined || headers.etag === announced.etag;
  const sameSize = total === '*' || announced.bytes === undefined || Number(total) === announced.bytes;
  return Number(start) === offset && offset > 0 && sameTag && sameSize;
}

function announcedBy(headers: Headers): Announced {
  const etag = text(headers.etag);
  const length = text(headers['content-length']);
  const md5 = /md5=([A-Za-z0-9+/=]+)/.exec(text(headers['x-goog-hash']))?.[1];
  return {
    // A weak tag promises no equal bytes, so it cannot vouch for a resumed file.
    ...(etag.startsWith('"') && { etag }),
    ...(length !== '' && { bytes: Number(length) }),
    ...(md5 !== undefined && { md5: Buffer.from(md5, 'base64').toString('hex') }),
  };
}

const text = (header: string | string[] | undefined): string => [header ?? ''].flat().join(',');

function refusal(status: number, label: string): Error {
  if (status === 416) return new UnfitRange(`the server answered ${status}`);
  const isTransient = status === 408 || status === 425 || status === 429 || status >= 500;
  return isTransient
    ? new Error(`the server answered ${status}`)
    : new OutsideError(
        `Expected ${label} from its server, found the answer ${status}`,
        'Check that the address is right and that the file may be read without signing in.',
      );
}
