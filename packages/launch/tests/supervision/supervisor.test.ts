import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobStatus, Launcher } from '../../src/supervision/launcher.ts';
import { Supervisor } from '../../src/supervision/supervisor.ts';
import { sampleJob } from '../../testing/sampleJob.ts';

/** A launcher whose jobs run until they are cancelled, and whose `submit` takes as long as the test wants. */
class SlowLauncher implements Launcher {
  readonly name = 'slow';
  readonly slots = 1;
  readonly outlives = false;
  readonly pollEveryMs = 1;
  readonly cancelled: boolean[] = [];
  accept = (): void => undefined;
  readonly #accepted = new Promise<void>((resolve) => {
    this.accept = resolve;
  });

  async submit(): Promise<{ launcher: string; job: string; outlives: false }> {
    await this.#accepted;
    return { launcher: this.name, job: 'a job', outlives: false };
  }

  attach(): Promise<boolean> {
    return Promise.resolve(false);
  }

  poll(): Promise<JobStatus[]> {
    return Promise.resolve([{ kind: this.cancelled.length > 0 ? 'ended' : 'running' }]);
  }

  cancel(tickets: readonly unknown[], now: boolean): Promise<void> {
    this.cancelled.push(...tickets.map(() => now));
    return Promise.resolve();
  }
}

const listener = { started: () => undefined, event: () => undefined, ended: () => undefined };

describe('a job that its launcher accepts while the supervisor stops', () => {
  it.each([
    ['after its micro-batch', false],
    ['at once', true],
  ])('is asked to end %s, as those before it were', async (_, now) => {
    const launcher = new SlowLauncher();
    const supervisor = new Supervisor(launcher, listener);
    const folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
    const outcome = supervisor.carryOut(sampleJob('a-run', folder));
    await new Promise((resolve) => setImmediate(resolve));
    await supervisor.stop(now);
    launcher.accept();
    await expect(outcome).resolves.toEqual({ kind: 'stopped' });
    expect(launcher.cancelled).toEqual([now]);
  });
});
