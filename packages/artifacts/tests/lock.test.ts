import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isLocked, tryWithLock, withLock } from '../src/index.ts';
import { temporaryFolder } from './temporary.ts';

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'x');
});
afterEach(() => {
  vi.useRealTimers();
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, work)));
    expect(most).toBe(1);
  });

  it('makes the folder that the path is in, and leaves nothing there', async () => {
    await withLock(join(path, 'a/b'), () => Promise.resolve());
    expect(existsSync(join(path, 'a/b.lock'))).toBe(false);
    expect(existsSync(join(path, 'a'))).toBe(true);
  });

  it('is released when the work fails', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withLock(path, () => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('takes over from an owner that has not been heard of for long', async () => {
    mkdirSync(`${path}.lock`);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, longAgo, longAgo);
    await expect(withLock(path, () => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('ends the wait when the caller aborts', async () => {
    mkdirSync(`${path}.lock`);
    const abort = new AbortController();
    const waiting = withLock(path, () => Promise.resolve(), { signal: abort.signal });
    abort.abort(new Error('stopped by the user'));
    await expect(waiting).rejects.toThrow('stopped by the user');
  });

  it('tells the work when the lock was lost, and fails', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const work = async (lost: AbortSignal): Promise<void> => {
      rmdirSync(`${path}.lock`);
      vi.advanceTimersByTime(8_000);
      await once(lost, 'abort');
    };
    await expect(withLock(path, work)).rejects.toThrow(`Lost the lock ${path}.lock`);
  });
});

describe('isLocked', () => {
  it('is true while someone works under the lock', async () => {
    expect(await isLocked(path)).toBe(false);
    await withLock(path, async () => {
      expect(await isLocked(path)).toBe(true);
    });
    expect(await isLocked(path)).toBe(false);
  });

  it('is false when the owner has not been heard of for long', async () => {
    mkdirSync(`${path}.lock`);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, longAgo, longAgo);
    expect(await isLocked(path)).toBe(false);
  });
});

/** Moves the clock that nobody sets, for the rest of the test. */
function letPass(milliseconds: number): void {
  const now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + milliseconds);
  onTestFinished(() => {
    clock.mockRestore();
  });
}

describe('tryWithLock', () => {
  it('does nothing while another holds the lock, and does not wait', async () => {
    const inside = await withLock(path, () => tryWithLock(path, () => Promise.resolve('in')));
    expect(inside).toBeUndefined();
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toEqual({ result: 'in' });
  });

  it('takes over a dead owner’s lock after the clock was set back', async () => {
    mkdirSync(`${path}.lock`);
    const inAnHour = new Date(Date.now() + 3_600_000);
    utimesSync(`${path}.lock`, inAnHour, inAnHour);
    expect(await isLocked(path)).toBe(true);
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toBeUndefined();
    letPass(16_000);
    expect(await isLocked(path)).toBe(false);
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toEqual({ result: 'in' });
  });

  it('leaves a live owner alone whose time was in the future', async () => {
    mkdirSync(`${path}.lock`);
    const inAnHour = new Date(Date.now() + 3_600_000);
    utimesSync(`${path}.lock`, inAnHour, inAnHour);
    expect(await isLocked(path)).toBe(true);
    letPass(16_000);
    utimesSync(`${path}.lock`, new Date(), new Date());
    expect(await isLocked(path)).toBe(true);
  });
});
