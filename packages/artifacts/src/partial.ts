import { readFile, rm } from 'node:fs/promises';
import { sizeOf, writeFileAtomic } from './atomic.ts';
import { ifAny } from './ifAny.ts';

/** A server's description of the whole file. */
export interface Announced {
  /** A strong entity tag: the same tag guarantees the same bytes. */
  etag?: string;
  bytes?: number;
  md5?: string;
}

type Note = Announced & { url: string };

/**
 * The start of a file that is being downloaded, in `FILE.partial` beside it, and the server's description of
 * the file.
 */
export interface Partial {
  /** Bytes that need not be downloaded again. */
  offset: number;
  announced: Announced;
}

export const partialOf = (file: string): string => `${file}.partial`;
const noteOf = (file: string): string => `${partialOf(file)}.json`;

/**
 * What exists of `file` from an earlier attempt at the same URL; nothing unless a strong tag identifies it.
 */
export async function readPartial(file: string, url: string): Promise<Partial> {
  const note = await readNote(file);
  const offset = (await sizeOf(partialOf(file))) ?? 0;
  const isUsable = note?.url === url && note.etag !== undefined && offset > 0;
  return isUsable ? { offset, announced: note } : { offset: 0, announced: {} };
}

/**
 * Starts over. The old bytes are removed first, so that an interruption never leaves them with the new tag.
 */
export async function beginPartial(file: string, url: string, announced: Announced): Promise<void> {
  await discardPartial(file);
  await writeFileAtomic(noteOf(file), JSON.stringify({ url, ...announced }));
}

export async function discardPartial(file: string): Promise<void> {
  await rm(partialOf(file), { force: true });
  await rm(noteOf(file), { force: true });
}

async function readNote(file: string): Promise<Note | undefined> {
  const text = await ifAny(noteOf(file), (note) => readFile(note, 'utf8'));
  try {
    const note: unknown = text === undefined ? undefined : JSON.parse(text);
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

/** By hand: every command loads this file, and would load a library of schemas with it. */
const isNote = (value: unknown): value is Note =>
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  typeof value.url === 'string' &&
  (!('etag' in value) || typeof value.etag === 'string') &&
  (!('bytes' in value) || typeof value.bytes === 'number') &&
  (!('md5' in value) || typeof value.md5 === 'string');
