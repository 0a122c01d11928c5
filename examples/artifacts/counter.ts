import { readFile } from 'node:fs/promises';
import { ifAny, withLock, writeFileAtomic } from '@bit-repro/artifacts';

/** Adds one to a number in a file, whichever processes do so at the same time, and whenever one is killed. */
export const count = (file: string): Promise<number> =>
  withLock(file, async () => {
    const before = await ifAny(file, (path) => readFile(path, 'utf8'));
    const now = Number(before ?? 0) + 1;
    await writeFileAtomic(file, String(now));
    return now;
  });
