import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exitCodes, isLocked, tryWithLock, withLock, type HeldLock } from '../src/index.ts';
import { createLockFile, removeDeadLock, seeLock, tokenIn } from '../src/lockFile.ts';
import { thisProcess, type ProcessIdentity } from '../src/processIdentity.ts';
import { temporaryFolder } from './temporary.ts';

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'x');
});

const elsewhere: Partial<ProcessIdentity> = { host: 'another', system: 'another' };

const lockText = (owner: Partial<ProcessIdentity>, beats = 0): string =>
  `${JSON.stringify({ token: 'theirs', ...thisProcess(), ...owner })}\n${String(beats).padStart(12, '0')}\n`;

/** Makes the lock as another process would. */
const lockAs = (owner: Partial<ProcessIdentity>): void => {
  writeFileSync(`${path}.lock`, lockText(owner));
};

describe('withLock', () => {
  it('runs one caller at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      expect(await tryWithLock(path, () => Promise.resolve())).toBeUndefined();
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, work)));
    expect(most).toBe(1);
  });

  it('creates the parent folder, and leaves nothing there', async () => {
    await withLock(join(path, 'a/b'), () => Promise.resolve());
    expect(existsSync(join(path, 'a/b.lock'))).toBe(false);
    expect(existsSync(join(path, 'a'))).toBe(true);
  });

  it('releases the lock if the work fails', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withLock(path, () => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('takes over at once from a process of this system that has ended', async () => {
    const { pid } = spawnSync('true');
    lockAs({ pid });
    await expect(withLock(path, () => Promise.resolve('in'), { patienceMs: 0 })).resolves.toBe('in');
  });

  it("recognises that the process with a dead owner's ID is not the owner", async () => {
    lockAs({ startedAt: '1' });
    await expect(withLock(path, () => Promise.resolve('in'), { patienceMs: 0 })).resolves.toBe('in');
  });

  it('stops waiting if the caller aborts', async () => {
    lockAs(elsewhere);
    const abort = new AbortController();
    const waiting = withLock(path, () => Promise.resolve(), { signal: abort.signal });
    abort.abort(new Error('stopped by the user'));
    await expect(waiting).rejects.toThrow('stopped by the user');
  });

  it('passes the caller’s signal on to the work', async () => {
    const stop = new AbortController();
    const work = async (signal: AbortSignal): Promise<void> => {
      const heard = once(signal, 'abort');
      stop.abort(new Error('stopped by the user'));
      await heard;
      signal.throwIfAborted();
    };
    await expect(withLock(path, work, { signal: stop.signal })).rejects.toThrow('stopped by the user');
  });

  it('names the holder of a lock that it waited for in vain', async () => {
    lockAs(elsewhere);
    await expect(withLock(path, () => Promise.resolve(), { patienceMs: 100 })).rejects.toMatchObject({
      name: 'LockHeldError',
      exitCode: exitCodes.outside,
      message: expect.stringMatching(/^Process \d+ on another/) as string,
    });
  });

  it.each([
    [
      'is missing',
      (): void => {
        rmSync(`${path}.lock`);
      },
    ],
    [
      'belongs to another process',
      (): void => {
        writeFileSync(`${path}.lock`, lockText(elsewhere));
      },
    ],
  ])('tells the work within seconds if the lock %s, and fails', async (_, change) => {
    const work = async (lost: AbortSignal): Promise<void> => {
      change();
      await once(lost, 'abort');
    };
    await expect(withLock(path, work)).rejects.toThrow(
      `The lock ${path}.lock no longer belongs to this process`,
    );
  });

  it('prevents publishing under a lock that another process has taken over', async () => {
    let published = false;
    const work = (_lost: AbortSignal, { requireHeld }: HeldLock): Promise<void> => {
      requireHeld();
      writeFileSync(`${path}.lock`, lockText(elsewhere));
      requireHeld();
      published = true;
      return Promise.resolve();
    };
    await expect(withLock(path, work)).rejects.toThrow(`The lock ${path}.lock no longer belongs`);
    expect(published).toBe(false);
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(lockText(elsewhere));
  });

  it('gives signs of life while the work blocks the thread', async () => {
    await withLock(path, async () => {
      const beats = (): string => readFileSync(`${path}.lock`, 'utf8');
      const first = beats();
      await vi.waitUntil(() => beats() !== first, { timeout: 30_000 });
      const before = beats();
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let tries = 0; beats() === before && tries < 600; tries += 1) Atomics.wait(pause, 0, 0, 50);
      expect(beats()).not.toBe(before);
    });
  });
});

describe('isLocked', () => {
  it('is true while the work is running', async () => {
    expect(await isLocked(path)).toBe(false);
    await withLock(path, async () => {
      expect(await isLocked(path)).toBe(true);
    });
    expect(await isLocked(path)).toBe(false);
  });

  it('is false if the owner has ended', async () => {
    lockAs({ pid: spawnSync('true').pid });
    expect(await isLocked(path)).toBe(false);
  });
});

/** Checks the lock every second, for some seconds by a monotonic clock. */
async function watchFor(seconds: number): Promise<boolean> {
  const start = performance.now();
  const clock = vi.spyOn(performance, 'now');
  onTestFinished(() => {
    clock.mockRestore();
  });
  let isHeld = false;
  for (let second = 0; second <= seconds; second += 1) {
    clock.mockReturnValue(start + 1000 * second);
    isHeld = await isLocked(path);
  }
  return isHeld;
}

describe('tryWithLock', () => {
  it('does nothing and does not wait if another process holds the lock', async () => {
    const inside = await withLock(path, () => tryWithLock(path, () => Promise.resolve('in')));
    expect(inside).toBeUndefined();
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toEqual({ result: 'in' });
  });

  it('takes over another machine’s lock after 15 seconds without a sign of life', async () => {
    lockAs(elsewhere);
    expect(await watchFor(14)).toBe(true);
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toBeUndefined();
    expect(await watchFor(16)).toBe(false);
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toEqual({ result: 'in' });
  });

  it.each([-3_600_000, -30_000, 30_000, 3_600_000])(
    'leaves a live lock alone if its machine’s clock is off by %d ms',
    async (skew) => {
      lockAs(elsewhere);
      const there = new Date(Date.now() + skew);
      for (let beat = 1; beat <= 4; beat += 1) {
        writeFileSync(`${path}.lock`, lockText(elsewhere, beat));
        utimesSync(`${path}.lock`, there, there);
        expect(await watchFor(10)).toBe(true);
      }
    },
  );

  it('does not count time in which it did not look, because all machines may have been frozen', async () => {
    lockAs(elsewhere);
    const start = performance.now();
    expect(await isLocked(path)).toBe(true);
    const clock = vi.spyOn(performance, 'now').mockReturnValue(start + 3_600_000);
    onTestFinished(() => {
      clock.mockRestore();
    });
    expect(await isLocked(path)).toBe(true);
  });

  it('takes over an empty folder, the lock of earlier versions', async () => {
    mkdirSync(`${path}.lock`);
    expect(await watchFor(16)).toBe(false);
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toEqual({ result: 'in' });
  });

  it('takes over a lock within seconds if its owner was killed while making it', async () => {
    writeFileSync(`${path}.lock`, '');
    expect(await isLocked(path)).toBe(false);
    expect(await tryWithLock(path, () => Promise.resolve('in'))).toEqual({ result: 'in' });
  });

  it('leaves nothing beside a lock that it took over', async () => {
    lockAs({ pid: spawnSync('true').pid });
    await tryWithLock(path, () => Promise.resolve());
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});

describe('of two callers that find the same dead lock', () => {
  it('only one takes it over', async () => {
    lockAs({ pid: spawnSync('true').pid });
    const dead = (await seeLock(`${path}.lock`))!;
    await removeDeadLock(`${path}.lock`, dead);
    const { token } = await createLockFile(`${path}.lock`);
    await removeDeadLock(`${path}.lock`, dead);
    expect(tokenIn(`${path}.lock`)).toBe(token);
    expect(readdirSync(dirname(path))).toEqual(['x.lock']);
  });
});
