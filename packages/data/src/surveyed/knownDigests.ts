import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot, writeFileAtomic } from '@bit-repro/artifacts';
import { z } from 'zod';
import { asJsonLines, jsonLinesOf, ignoreUnwritable } from '../lines.ts';
import type { ListedImage } from '../survey.ts';

/** Name, state of the file, SHA-256; a later line replaces an earlier one of the same name. */
const lineSchema = z.tuple([z.string(), z.string(), z.string().regex(/^[0-9a-f]{64}$/)]);

type Where = Pick<ListedImage, 'name' | 'offset' | 'bytes'>;

/**
 * What was known of the images of a folder when they were last read in full, kept in the cache. What is learnt is added
 * now and then, so that little is lost when the reading of a large data set is cut off.
 */
export class KnownDigests {
  readonly #file: string;
  /** State and SHA-256 by image, with a space between; one string each, as there may be millions. */
  readonly #known = new Map<string, string>();
  #linesInFile = 0;
  #learnt: string[] = [];

  private constructor(folder: string) {
    const name = createHash('sha256').update(folder).digest('hex');
    this.#file = join(cacheRoot(), 'folders', `${name}.jsonl`);
  }

  static async of(folder: string): Promise<KnownDigests> {
    const digests = new KnownDigests(folder);
    for await (const [key, state, sha256] of jsonLinesOf(digests.#file, lineSchema)) {
      digests.#known.set(key, `${state} ${sha256}`);
      digests.#linesInFile += 1;
    }
    return digests;
  }

  /** The SHA-256 of an image; undefined if its file has another state than when it was read. */
  find(image: Where, state: string): string | undefined {
    const known = this.#known.get(keyOf(image));
    return known?.startsWith(`${state} `) === true ? known.slice(state.length + 1) : undefined;
  }

  learn(image: Where, state: string, sha256: string): void {
    this.#known.set(keyOf(image), `${state} ${sha256}`);
    this.#learnt.push(keyOf(image));
  }

  get unsaved(): number {
    return this.#learnt.length;
  }

  /** Adds what was learnt to the file. Where nothing can be written, the images are read again the next time. */
  async save(): Promise<void> {
    if (this.#learnt.length === 0) return;
    await mkdir(dirname(this.#file), { recursive: true })
      .then(() => writeFile(this.#file, asJsonLines(this.#lines(this.#learnt)), { flag: 'a' }))
      .catch(ignoreUnwritable(this.#file));
    this.#linesInFile += this.#learnt.length;
    this.#learnt = [];
  }

  /** Saves, and drops the lines of images that are not among these if they are more than half. */
  async saveOnly(images: readonly Where[]): Promise<void> {
    await this.save();
    if (this.#linesInFile <= 2 * images.length) return;
    await writeFileAtomic(this.#file, asJsonLines(this.#lines(images.map(keyOf)))).catch(
      ignoreUnwritable(this.#file),
    );
  }

  *#lines(keys: readonly string[]): Generator<z.infer<typeof lineSchema>> {
    for (const key of keys) {
      const known = this.#known.get(key)!;
      const end = known.lastIndexOf(' ');
      yield [key, known.slice(0, end), known.slice(end + 1)];
    }
  }
}

/** The same image of another range, in a tar that was made anew, is another one; so is its state. */
const keyOf = ({ name, offset, bytes }: Where): string =>
  offset === undefined ? name : `${name} ${offset}+${bytes ?? ''}`;
