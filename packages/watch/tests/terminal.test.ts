import { describe, expect, it } from 'vitest';
import { temporaryStore } from '@bit-repro/runs/testing';
import { Screen } from '@bit-repro/terminal';
import { EmulatedTerminal } from '@bit-repro/terminal/testing';
import type { RunRow } from '../src/runRow.ts';
import { sparkline, terminalFrame } from '../src/terminalFrame.ts';
import { totalsOf } from '../src/totals.ts';
import { watchInTerminal } from '../src/watchInTerminal.ts';
import { fillWithAllStates } from './stores.ts';

const row = (seed: number, change: Partial<RunRow> = {}): RunRow => ({
  id: `bit-mini-1shot-seed${seed}-891e53faafa8`,
  state: 'running',
  experiment: 'fig6',
  arm: 'bit-hyperrule-with-a-long-name',
  task: 'CIFAR-10, 1-shot',
  seed,
  step: 250,
  steps: 500,
  loss: 1.25,
  left: 90,
  ...change,
});

const frame = (rows: RunRow[], columns: number, height = 20): string[] => {
  const losses = new Map(
    rows.map(({ id }) => [
      id,
      [
        [1, 4],
        [2, 3],
        [3, 2],
        [4, 1],
      ] as const,
    ]),
  );
  return terminalFrame({ rows, totals: totalsOf(rows), losses }, columns, height);
};

describe('a sparkline', () => {
  it.each([
    ['falls with its values', [4, 3, 2, 1], 4, '█▆▃▁'],
    ['has the means of what does not fit', [4, 4, 2, 2], 2, '█▁'],
    ['is no longer than its values', [2, 1], 8, '█▁'],
    ['is flat if nothing changes', [3, 3], 2, '▁▁'],
    ['leaves out what is not a number', [NaN, 2, Infinity, 1], 4, '█▁'],
    ['is empty without values', [], 4, ''],
  ])('%s', (_, values, columns, line) => {
    expect(sparkline(values, columns)).toBe(line);
  });
});

describe('a store in a terminal', () => {
  it.each([60, 80, 120])(
    'fits %i columns, with the progress and the loss of every running run',
    (columns) => {
      const lines = frame([row(1), row(2, { state: 'silent' }), row(3, { evaluating: 0.5 })], columns);
      expect(lines).toHaveLength(4);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines[0]).toMatch(/50%.*seed 1.*█▆▃▁.*1m 30s left/);
      expect(lines[1]).toContain('silent');
      expect(lines[2]).toContain('evaluating 50%');
      expect(lines[3]).toContain('0 of 3 done');
    },
  );

  it('says how many more are running than it has lines for', () => {
    const lines = frame(
      Array.from({ length: 50 }, (_, seed) => row(seed)),
      80,
      10,
    );
    expect(lines).toHaveLength(10);
    expect(lines.at(-2)).toContain('and 42 more running');
  });

  it('says why a run failed, also where many run', () => {
    const running = Array.from({ length: 50 }, (_, seed) => row(seed));
    const lines = frame([...running, row(51, { state: 'failed', reason: 'No room' })], 80, 10);
    expect(lines).toHaveLength(10);
    expect(lines.join('\n')).toContain('No room');
  });

  it('is printed once where there is no terminal', async () => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const lines: string[] = [];
    const { signal } = new AbortController();
    await watchInTerminal(store.folder, { screen: undefined, print: (line) => lines.push(line), signal });
    expect(lines.join('\n')).toContain('The GPU fell off the bus');
    expect(lines.at(-1)).toContain('1 of 10 done');
  });

  it('is drawn until the command is interrupted, and then removed', async () => {
    const store = temporaryStore();
    await fillWithAllStates(store);
    const terminal = new EmulatedTerminal(80, 24);
    const interruption = new AbortController();
    const screen = new Screen(terminal);
    const print = (): void => undefined;
    const watching = watchInTerminal(store.folder, { screen, print, signal: interruption.signal });
    await expect.poll(() => terminal.lines()).toContainEqual(expect.stringContaining('1 of 10 done'));
    interruption.abort();
    await watching;
    expect((await terminal.lines()).join('').trim()).toBe('');
  });
});
