import { createHash } from 'node:crypto';
import type { DatasetFiles } from './dataset.ts';

/** SHA-1 of files by name. */
export const sha1Of = (files: DatasetFiles): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, createHash('sha1').update(bytes).digest('hex')]),
  );
