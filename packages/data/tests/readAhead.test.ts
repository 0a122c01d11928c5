import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readAhead } from '../src/readAhead.ts';

/** Reads of 0 to `count` - 1, and how many were started. */
function counting(count: number, read = (index: number): Promise<number> => Promise.resolve(index)) {
  const counted = { started: 0 };
  function* reads(): Generator<Promise<number>> {
    for (let index = 0; index < count; index += 1) {
      counted.started += 1;
      yield read(index);
    }
  }
  return { counted, reads: reads() };
}

it('results come in the order of the reads, whichever ends first', async () => {
  const { reads } = counting(5, async (index) => {
    for (let turn = index; turn < 5; turn += 1) await setImmediate();
    return index;
  });
  const results: number[] = [];
  for await (const result of readAhead(reads)) results.push(result);
  expect(results).toEqual([0, 1, 2, 3, 4]);
});

it('while one result is used, as many further reads as asked for are under way', async () => {
  const { counted, reads } = counting(5);
  const started: number[] = [];
  for await (const result of readAhead(reads, 2)) started[result] = counted.started;
  expect(started).toEqual([3, 4, 5, 5, 5]);
});

it('a failed read is thrown in its turn', async () => {
  const { reads } = counting(3, (index) =>
    index === 1 ? Promise.reject(new Error('no image 1')) : Promise.resolve(index),
  );
  const results = readAhead(reads);
  expect(await results.next()).toEqual({ done: false, value: 0 });
  await expect(results.next()).rejects.toThrow('no image 1');
});

it('no read is started once the results are no longer wanted', async () => {
  const { counted, reads } = counting(9);
  for await (const result of readAhead(reads, 1)) if (result === 2) break;
  expect(counted.started).toBe(4);
});
