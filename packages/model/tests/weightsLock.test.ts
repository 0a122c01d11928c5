import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWeightsLock, recordWeights } from '../src/weightsLock.ts';
import { newFolder } from './npzFiles.ts';

const entry = (digit: string): { url: string; bytes: number; sha256: string } => ({
  url: 'https://example.org/file.npz',
  bytes: 1,
  sha256: digit.repeat(64),
});
const newLock = (): string => join(newFolder(), 'configs', 'weights.lock.json');

describe('the lock file', () => {
  it('is empty if it does not exist', async () => {
    const lockFile = newLock();
    expect(await readWeightsLock(lockFile)).toEqual(new Map());
    expect(existsSync(lockFile)).toBe(false);
  });

  it('keeps entries sorted by name, for small diffs', async () => {
    const lockFile = newLock();
    await recordWeights(lockFile, 'b', entry('b'));
    await recordWeights(lockFile, 'a', entry('a'));
    expect(readFileSync(lockFile, 'utf8')).toBe(
      `${JSON.stringify({ a: entry('a'), b: entry('b') }, undefined, 2)}\n`,
    );
  });

  it('never changes an entry', async () => {
    const lockFile = newLock();
    await recordWeights(lockFile, 'a', entry('a'));
    expect(await recordWeights(lockFile, 'a', entry('b'))).toEqual(entry('a'));
    expect((await readWeightsLock(lockFile)).get('a')).toEqual(entry('a'));
  });

  it('loses no entry if several are recorded at once', async () => {
    const lockFile = newLock();
    await Promise.all(['a', 'b'].map((name) => recordWeights(lockFile, name, entry(name))));
    expect([...(await readWeightsLock(lockFile)).keys()]).toEqual(['a', 'b']);
  });

  it.each([
    ['text', 'sha256 of …'],
    ['a list', '[]'],
    ['an entry without digest', JSON.stringify({ a: { url: '', bytes: 1 } })],
    ['an invalid digest', JSON.stringify({ a: { ...entry('a'), sha256: 'A'.repeat(64) } })],
    ['an invalid size', JSON.stringify({ a: { ...entry('a'), bytes: '1' } })],
  ])('is refused with %s, and not changed', async (_, content) => {
    const lockFile = join(newFolder(), 'weights.lock.json');
    writeFileSync(lockFile, content);
    await expect(recordWeights(lockFile, 'b', entry('b'))).rejects.toThrow(
      expect.objectContaining({ name: 'InputError', message: expect.stringContaining(lockFile) as string }),
    );
    expect(readFileSync(lockFile, 'utf8')).toBe(content);
  });
});
