import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheRoot, explainUnreadable, InputError, writeFileAtomic } from '@bit-repro/artifacts';
import { Header, Pax } from 'tar';
import { z } from 'zod';
import { fileState } from '../fileState.ts';
import { asJsonLines, jsonLinesOf, ignoreUnwritable } from '../lines.ts';

/** A file in a tar archive, whose bytes are a range of that. */
export interface TarMember {
  /** Its path, after that of an archive which it is in within the archive. */
  path: string;
  offset: number;
  bytes: number;
}

const blockBytes = 512;
const lineSchema = z.union([
  z.strictObject({ state: z.string(), members: z.int() }),
  z.tuple([z.string(), z.int(), z.int()]),
]);

/**
 * Where the files of a tar archive are in it, and after each archive in it the files of that. Their headers are read once; then the list is
 * kept in the cache for as long as the archive's size and times stay the same.
 *
 * @throws InputError if the archive is cut short or damaged; OutsideError if it cannot be read.
 */
export async function indexTar(tar: string): Promise<TarMember[]> {
  const cached = join(cacheRoot(), 'tars', `${createHash('sha256').update(tar).digest('hex')}.jsonl`);
  const state = await fileState(tar);
  const known = await readIndex(cached, state);
  if (known !== undefined) return known;
  const members = await readHeaders(tar);
  const lines = members.map(({ path, offset, bytes }) => [path, offset, bytes]);
  await writeFileAtomic(cached, asJsonLines([{ state, members: lines.length }, ...lines])).catch(
    ignoreUnwritable(cached),
  );
  return members;
}

/** Undefined unless the whole index of the archive in this state is there. */
async function readIndex(file: string, state: string): Promise<TarMember[] | undefined> {
  const members: TarMember[] = [];
  let expected: number | undefined;
  for await (const line of jsonLinesOf(file, lineSchema)) {
    if ('state' in line) {
      if (line.state !== state) return undefined;
      expected = line.members;
      continue;
    }
    const [path, offset, bytes] = line;
    members.push({ path, offset, bytes });
  }
  return members.length === expected ? members : undefined;
}

async function readHeaders(tar: string): Promise<TarMember[]> {
  try {
    const handle = await open(tar);
    try {
      const { size } = await handle.stat();
      const members: TarMember[] = [];
      for await (const member of membersIn(new Range(handle, tar, 0, size))) {
        members.push(member);
        const { path, offset, bytes } = member;
        if (!path.endsWith('.tar')) continue;
        const inner = new Range(handle, `${basename(path)} in ${tar}`, offset, bytes);
        for await (const { path: within, ...place } of membersIn(inner))
          members.push({ path: `${path}/${within}`, ...place });
      }
      return members;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw explainUnreadable(cause, tar);
  }
}

/** The regular files of one archive. */
async function* membersIn(archive: Range): AsyncGenerator<TarMember> {
  let extended: Pax | undefined;
  for (let at = 0; ;) {
    const header = headerIn(await archive.read(at, blockBytes), archive, extended);
    if (header.nullBlock) return;
    const { path = '', size: bytes = 0 } = header;
    const start = at + blockBytes;
    archive.require(start, bytes);
    if (header.type === 'ExtendedHeader')
      extended = Pax.parse((await archive.read(start, bytes)).toString(), extended);
    else if (header.type === 'NextFileHasLongPath')
      extended = new Pax({ path: (await archive.read(start, bytes)).toString().replace(/\0.*/s, '') });
    else {
      extended = undefined;
      if (header.type === 'File' || header.type === 'OldFile')
        yield { path, offset: archive.offset + start, bytes };
    }
    at = start + Math.ceil(bytes / blockBytes) * blockBytes;
  }
}

function headerIn(block: Buffer, archive: Range, extended: Pax | undefined): Header {
  const header = new Header(block, 0, extended);
  if (header.cksumValid || header.nullBlock) return header;
  throw new InputError(`${archive.title} is damaged: a header has a wrong checksum`, refetch);
}

const refetch = 'Fetch the archive again, and compare its MD5 with the published one.';

/** A range of an open file that is a tar archive. */
class Range {
  readonly #handle: FileHandle;
  readonly title: string;
  readonly offset: number;
  readonly #bytes: number;

  constructor(handle: FileHandle, title: string, offset: number, bytes: number) {
    this.#handle = handle;
    this.title = title;
    this.offset = offset;
    this.#bytes = bytes;
  }

  async read(at: number, bytes: number): Promise<Buffer> {
    this.require(at, bytes);
    const { buffer, bytesRead } = await this.#handle.read(
      Buffer.allocUnsafe(bytes),
      0,
      bytes,
      this.offset + at,
    );
    if (bytesRead < bytes) this.#refuse();
    return buffer;
  }

  /** @throws InputError if the archive ends before these bytes do. An archive has an empty block at its end. */
  require(at: number, bytes: number): void {
    if (at + bytes > this.#bytes) this.#refuse();
  }

  #refuse(): never {
    throw new InputError(`${this.title} is cut short, at ${this.#bytes} bytes`, refetch);
  }
}
