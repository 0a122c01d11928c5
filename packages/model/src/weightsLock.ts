import { readFile } from 'node:fs/promises';
import { ifAny, InputError, withLock, writeFileAtomic } from '@bit-repro/artifacts';

/** The record of a published file since it was first fetched. */
export interface LockedWeights {
  url: string;
  bytes: number;
  sha256: string;
}

/**
 * Reads a lock file of weights: `{ "BiT-M-R50x1": { "url": …, "bytes": …, "sha256": … }, … }`. A missing file
 * counts as empty.
 *
 * @throws InputError if it is invalid; OutsideError if it cannot be read.
 */
export async function readWeightsLock(lockFile: string): Promise<Map<string, LockedWeights>> {
  const text = await ifAny(lockFile, (file) => readFile(file, 'utf8'));
  if (text === undefined) return new Map();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw malformed(lockFile, 'invalid JSON', cause);
  }
  if (!isRecord(content)) throw malformed(lockFile, 'another value');
  return new Map(
    Object.entries(content).map(([name, entry]) => {
      if (!isLockedWeights(entry)) throw malformed(lockFile, `${JSON.stringify(entry)} for ${name}`);
      return [name, entry];
    }),
  );
}

/**
 * Records a weights file in the lock file, unless its name is already there, and returns the entry.
 *
 * @throws InputError as `readWeightsLock`; OutsideError if the lock file cannot be read or written.
 */
export async function recordWeights(
  lockFile: string,
  name: string,
  found: LockedWeights,
): Promise<LockedWeights> {
  return withLock(lockFile, async (_signal, { requireHeld }) => {
    const lock = await readWeightsLock(lockFile);
    const recorded = lock.get(name);
    if (recorded !== undefined) return recorded;
    const sorted = [...lock.set(name, found)].sort(([a], [b]) => (a < b ? -1 : 1));
    requireHeld();
    await writeFileAtomic(lockFile, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
    return found;
  });
}

function malformed(lockFile: string, found: string, cause?: unknown): InputError {
  return new InputError(
    `Expected { name: { url, bytes, sha256 } } in the lock file ${lockFile}, found ${found}`,
    'Restore the lock file from version control.',
    { cause },
  );
}

function isLockedWeights(value: unknown): value is LockedWeights {
  return (
    isRecord(value) &&
    typeof value.url === 'string' &&
    Number.isSafeInteger(value.bytes) &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/u.test(value.sha256)
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
