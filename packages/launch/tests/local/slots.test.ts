import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '@bit-repro/artifacts/testing';
import { Slots, type Waiting } from '../../src/local/slots.ts';
import { slotsInUse } from '../../src/local/slotStatus.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slots-'));
});

const never = new AbortController().signal;
const processor = { name: 'processor-0' };
/** How often each of the slots below has waited for its next try. */
const pauses = new Map<Slots, number>();
/** The slots as seen by another process on this machine. */
function harness(): Slots {
  const pause = async (_ms: number, signal?: AbortSignal): Promise<void> => {
    pauses.set(slots, (pauses.get(slots) ?? 0) + 1);
    await setTimeout(10, undefined, { signal });
  };
  const slots = new Slots([{ ...processor }], () => undefined, folder, 0, pause);
  return slots;
}
const triedBy = (slots: Slots, times = 1): Promise<true> =>
  until(() => (pauses.get(slots) ?? 0) >= times || undefined);

describe('a slot', () => {
  it('goes to waiting processes in the order they came, whoever had it before', async () => {
    const [first, second, third] = [harness(), harness(), harness()];
    const order: string[] = [];
    const slot = await first.take(never);
    const take = async (name: string, from: Slots): Promise<void> => {
      const taken = await from.take(never);
      order.push(name);
      from.give(taken);
    };
    const waiting = [take('second', second)];
    await triedBy(second);
    waiting.push(take('third', third));
    await triedBy(third);
    // A process with many runs queues again at once.
    first.give(slot);
    waiting.push(take('first again', first));
    await Promise.all(waiting);
    expect(order).toEqual(['second', 'third', 'first again']);
  });

  it('is not blocked by a process that gave up waiting', async () => {
    const [first, second, third] = [harness(), harness(), harness()];
    const slot = await first.take(never);
    const stop = new AbortController();
    const waiting = second.take(stop.signal);
    await triedBy(second);
    const next = third.take(never);
    await triedBy(third);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow();
    first.give(slot);
    expect(await next).toEqual(processor);
    expect(readdirSync(join(folder, 'queue-processor'))).toEqual([]);
  });

  it('has nvidia-smi queried only by the first in the queue', async () => {
    const [first, second, third] = [harness(), harness(), harness()];
    const slot = await first.take(never);
    const next = second.take(never);
    await triedBy(second);
    const asks = vi.spyOn(third, 'check');
    const last = third.take(never);
    await triedBy(third, 3);
    expect(asks).not.toHaveBeenCalled();
    first.give(slot);
    second.give(await next);
    await last;
    expect(asks).toHaveBeenCalled();
  });

  it('reports who holds it, and in which folder, while it is waited for', async () => {
    const first = harness();
    await first.take(never);
    const stop = new AbortController();
    const told: Waiting[] = [];
    const waiting = harness().take(stop.signal, (one) => {
      told.push(one);
      stop.abort(new Error('told'));
    });
    await expect(waiting).rejects.toThrow();
    expect(told).toMatchObject([{ owner: { pid: process.pid }, slot: 'processor-0', folder }]);
  });

  it('is listed with its holder and those waiting for it', async () => {
    const environment = { XDG_RUNTIME_DIR: folder };
    const inRuntime = (): Slots =>
      new Slots([{ ...processor }], () => undefined, join(folder, 'bit-repro-slots'));
    expect(await slotsInUse(environment)).toEqual({ held: [], waiting: [] });
    const first = inRuntime();
    const slot = await first.take(never);
    const waiting = inRuntime().take(never);
    const { pid } = process;
    await vi.waitFor(
      async () => {
        expect(await slotsInUse(environment)).toEqual({
          held: [{ name: 'processor-0', pid }],
          waiting: [pid],
        });
      },
      { timeout: 30_000 },
    );
    first.give(slot);
    await waiting;
  });
});
