import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { explainFileError, explainUnreadable, ifAny, OutsideError } from '@bit-repro/artifacts';
import type { z } from 'zod';

/**
 * The lines of a file, each JSON of this schema. Files of a million lines are too long for one string. Lines that are
 * not as this version writes them are left out; a file that is absent has none.
 *
 * @throws OutsideError if the file cannot be read.
 */
export async function* jsonLinesOf<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  if ((await ifAny(file, (path) => stat(path))) === undefined) return;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const found = schema.safeParse(parsed(line));
      if (found.success) yield found.data;
    }
  } catch (cause) {
    throw explainUnreadable(cause, file);
  }
}

/** The text of such a file, in parts that are worth a write each. */
export const asJsonLines = (values: Iterable<unknown>): Readable => Readable.from(partsOf(values));

function* partsOf(values: Iterable<unknown>): Generator<string> {
  let part = '';
  for (const value of values) {
    part += `${JSON.stringify(value)}\n`;
    if (part.length < 1 << 20) continue;
    yield part;
    part = '';
  }
  yield part;
}

/** Passes on what is thrown, except that a file of the cache cannot be written: what it would have had is read again. */
export const ignoreUnwritable =
  (file: string) =>
  (cause: unknown): void => {
    const explained = explainFileError(cause, 'write', file);
    if (!(explained instanceof OutsideError)) throw cause;
  };

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
