import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot, writeFileAtomic } from '@bit-repro/artifacts';
import { z } from 'zod';
import { asJsonLines, ignoreUnwritable, jsonLinesOf } from '../lines.ts';

/** Key and value; a later line replaces an earlier one of the same key. */
const lineSchema = z.tuple([z.string(), z.string()]);

/** New lines after which they are written down. */
const savedEvery = 5000;

/**
 * What was found out about the images of a folder, kept in the cache. New lines are added now and then, so that little is
 * lost when the work on a large data set is cut off. Where nothing can be written, that work is done again the next time.
 */
export class Memo {
  readonly #file: string;
  /** One string each, as there may be millions. */
  readonly #known = new Map<string, string>();
  #linesInFile = 0;
  #unsaved: string[] = [];

  private constructor(file: string) {
    this.#file = file;
  }

  /** @throws OutsideError if its file cannot be read. */
  static async of(folder: string, topic: 'digests' | 'decoded'): Promise<Memo> {
    const name = createHash('sha256').update(folder).digest('hex');
    const memo = new Memo(join(cacheRoot(), 'folders', `${name}.${topic}.jsonl`));
    for await (const [key, value] of jsonLinesOf(memo.#file, lineSchema)) {
      memo.#known.set(key, value);
      memo.#linesInFile += 1;
    }
    return memo;
  }

  get(key: string): string | undefined {
    return this.#known.get(key);
  }

  set(key: string, value: string): void {
    this.#known.set(key, value);
    this.#unsaved.push(key);
  }

  /** Saves if there is much to save. */
  async saveNowAndThen(): Promise<void> {
    if (this.#unsaved.length >= savedEvery) await this.save();
  }

  async save(): Promise<void> {
    if (this.#unsaved.length === 0) return;
    await mkdir(dirname(this.#file), { recursive: true })
      .then(() => writeFile(this.#file, asJsonLines(this.#lines(this.#unsaved)), { flag: 'a' }))
      .catch(ignoreUnwritable(this.#file));
    this.#linesInFile += this.#unsaved.length;
    this.#unsaved = [];
  }

  /** Saves, and drops the lines of keys that are not among these if they are more than half. */
  async saveOnly(keys: readonly string[]): Promise<void> {
    await this.save();
    if (this.#linesInFile <= 2 * keys.length) return;
    await writeFileAtomic(this.#file, asJsonLines(this.#lines(keys))).catch(ignoreUnwritable(this.#file));
  }

  *#lines(keys: readonly string[]): Generator<z.infer<typeof lineSchema>> {
    for (const key of keys) yield [key, this.#known.get(key)!];
  }
}
