import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export type DigestAlgorithm = 'sha256' | 'sha1' | 'md5';

/** The digest of a file in lower-case hex, read as a stream. */
export async function digestFile(file: string, algorithm: DigestAlgorithm): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
