import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { explainUnreadable } from './ifAny.ts';

export type DigestAlgorithm = 'sha256' | 'sha1' | 'md5';

/**
 * The digest of a file in lower-case hex, read as a stream.
 *
 * @throws OutsideError if the file cannot be read; the system's ENOENT if it does not exist.
 */
export async function digestFile(file: string, algorithm: DigestAlgorithm): Promise<string> {
  const digests = await digestsOf(file, [algorithm]);
  return digests[algorithm]!;
}

/** Computes several digests of a file in one pass. */
export async function digestsOf(
  file: string,
  algorithms: readonly DigestAlgorithm[],
): Promise<Partial<Record<DigestAlgorithm, string>>> {
  const hashes = algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      for (const { hash } of hashes) hash.update(chunk as Uint8Array);
    }
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? cause : explainUnreadable(cause, file);
  }
  return Object.fromEntries(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest('hex')]));
}
