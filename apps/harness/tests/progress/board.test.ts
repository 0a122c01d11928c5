import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Job } from '@bit-repro/launch';
import { makeBoard, type Board } from '../../src/progress/board.ts';
import { wrapped, Screen } from '@bit-repro/terminal';
import { sampleJob } from '@bit-repro/launch/testing';
import { EmulatedTerminal } from '@bit-repro/terminal/testing';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const job = (seed: number, arm = 'bit-hyperrule'): Job => ({
  ...sampleJob(`mini-1shot-seed${seed}-3c4e5ff5d0db`),
  arm,
  seed,
  steps: 400,
  batch: 512,
});
const step = (count: number): Parameters<Board['event']>[1] => ({
  kind: 'step',
  step: count,
  steps: 400,
  loss: 2.3,
  learningRate: 0.1,
});
const evaluation = (count: number): Parameters<Board['event']>[1] => ({
  kind: 'evaluation',
  step: count,
  top1: 0.1009,
  top5: 0.5,
  loss: 2.3091,
  samples: 10_000,
});

/** Half of a run, read in two parts; then its end and the start of the next. */
function carryOut(board: Board, until: 'half' | 'next'): void {
  board.started(job(0));
  for (let count = 1; count <= 100; count += 1) board.event(job(0), step(count));
  vi.advanceTimersByTime(2000);
  for (let count = 101; count <= 200; count += 1) board.event(job(0), step(count));
  board.event(job(0), evaluation(200));
  board.event(job(0), step(201));
  if (until === 'half') return;
  board.event(job(0), { kind: 'evaluating', step: 400, done: 5000, total: 10_000 });
  board.event(job(0), evaluation(400));
  board.ended(job(0), { kind: 'done' });
  board.started(job(1));
}

describe('the board without a terminal', () => {
  const told = (work: readonly number[]): { board: Board; lines: string[] } => {
    const lines: string[] = [];
    return { board: makeBoard((line) => lines.push(line), work), lines };
  };

  it('prints the arm and the outcome of each run', () => {
    const { board, lines } = told([1, 1]);
    carryOut(board, 'next');
    expect(lines).toEqual([
      'started  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule',
      'step 200 mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule  top-1 10.09 %  loss 2.3091',
      'done     mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule  top-1 10.09 %  loss 2.3091  after 2s  (1 of 2, about 2s left)',
      'started  mini-1shot-seed1-3c4e5ff5d0db  bit-hyperrule',
    ]);
  });

  it('counts finished and failed runs, and forgets the failure of a run that succeeds later', () => {
    const { board, lines } = told([1, 1, 1]);
    const end = (seed: number, outcome: Parameters<typeof board.ended>[1]): void => {
      board.started(job(seed));
      board.ended(job(seed), outcome);
    };
    end(0, { kind: 'failed', message: 'killed', transient: true });
    end(1, { kind: 'done' });
    end(0, { kind: 'done' });
    const ends = lines.filter((line) => line.includes('after'));
    expect(ends[0]).toContain('(0 of 3, 1 failed)');
    expect(ends[1]).toContain('(1 of 3, 1 failed, about 1s left)');
    expect(ends[2]).toContain('(2 of 3, about 1s left)');
    expect(lines).toContain('  killed');
  });

  it('keeps messages of a worker from looking like lines of its own', () => {
    const { board, lines } = told([1]);
    board.event(job(0, 'a'), { kind: 'restarted', reason: 'cut\ndone     b' });
    board.ended(job(0, 'a'), { kind: 'failed', message: 'killed\ndone     b', remedy: 'Wait\ndone     c' });
    expect(lines[0]).toBe(String.raw`restart  mini-1shot-seed0-3c4e5ff5d0db  a  cut\ndone     b`);
    expect(lines.at(-1)).toBe('  killed\n  done     b\n  Wait\n  done     c');
  });

  it('shows no remaining time once all runs have ended', () => {
    const { board, lines } = told([1]);
    board.started(job(0));
    board.ended(job(0), { kind: 'done' });
    expect(lines.at(-1)).toContain('(1 of 1)');
  });
});

describe('the board on a terminal', () => {
  const onTerminal = (
    columns: number,
    rows = 24,
    work = [1, 1],
  ): { board: Board; terminal: EmulatedTerminal } => {
    const terminal = new EmulatedTerminal(columns, rows);
    const screen = new Screen(terminal);
    const print = (line: string): void => {
      screen.print(wrapped(line, screen.columns));
    };
    const board = makeBoard(print, work, screen);
    onTestFinished(() => {
      board.close();
    });
    return { board, terminal };
  };

  it.each([
    [
      130,
      [
        'started  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule',
        'step 200 mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule  top-1 10.09 %  loss 2.3091',
        '██████████░░░░░░░░░░  50%  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule  step 201/400  loss 2.3000  25,900 images/s  4s left',
        '░░░░░░░░░░░░░░░░░░░░   0%  all runs  0 of 2',
      ],
    ],
    [
      80,
      [
        'started  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule',
        'step 200 bit-hyperrule 1-shot seed 0  top-1 10.09 %  loss 2.3091',
        '█████░░░░░  50%  bit-hyperrule 1-shot seed 0  201/400  25,900/s  4s left',
        '░░░░░░░░░░░░░░░░░░░░   0%  all runs  0 of 2',
      ],
    ],
    [
      60,
      [
        'started  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule',
        'step 200 bit-hyperrule 1-shot seed 0  top-1 10.09 %',
        ' 50%  bit-hyperrule 1-shot s0  201/400  4s left',
        '░░░░░░░░░░░░░░░░░░░░   0%  all runs  0 of 2',
      ],
    ],
    [
      40,
      [
        'started  bit-hyperrule 1-shot seed 0',
        'step 200  bit-hyperrule 1-shot s0',
        '  10.09 %',
        ' 50%  bit-hyperrule 1-shot s0  4s left',
        '░░░░░░░░░░   0%  all runs  0 of 2',
      ],
    ],
  ])('shows the progress of a run in %d columns', async (columns, lines) => {
    const { board, terminal } = onTerminal(columns);
    carryOut(board, 'half');
    terminal.emit('resize');
    expect(await terminal.lines()).toEqual(lines);
  });

  it.each([
    [
      130,
      [
        'done     mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule  top-1 10.09 %  loss 2.3091  after 2s  (1 of 2, about 2s left)',
        'started  mini-1shot-seed1-3c4e5ff5d0db  bit-hyperrule',
        '░░░░░░░░░░░░░░░░░░░░   0%  mini-1shot-seed1-3c4e5ff5d0db  bit-hyperrule  starting',
        '██████████░░░░░░░░░░  50%  all runs  1 of 2, about 2s left',
      ],
    ],
    [
      80,
      [
        'done     bit-hyperrule 1-shot seed 0  top-1 10.09 %  after 2s',
        'started  mini-1shot-seed1-3c4e5ff5d0db  bit-hyperrule',
        '░░░░░░░░░░░░░░░░░░░░   0%  bit-hyperrule 1-shot seed 1  starting',
        '██████████░░░░░░░░░░  50%  all runs  1 of 2, about 2s left',
      ],
    ],
    [
      60,
      [
        'done     bit-hyperrule 1-shot seed 0  10.09 %  2s',
        'started  mini-1shot-seed1-3c4e5ff5d0db  bit-hyperrule',
        '░░░░░░░░░░   0%  bit-hyperrule 1-shot seed 1  starting',
        '██████████░░░░░░░░░░  50%  all runs  1 of 2, about 2s left',
      ],
    ],
    [
      40,
      [
        'done  bit-hyperrule 1-shot s0  10.09 %',
        'started  bit-hyperrule 1-shot seed 1',
        '  0%  bit-hyperrule 1-shot s1  starting',
        ' 50%  1 of 2, about 2s left',
      ],
    ],
  ])('keeps the outcome of a run above the bars in %d columns', async (columns, lines) => {
    const { board, terminal } = onTerminal(columns);
    carryOut(board, 'next');
    terminal.emit('resize');
    expect((await terminal.lines()).slice(-4)).toEqual(lines);
  });

  it('follows the resizing of a terminal', async () => {
    const { board, terminal } = onTerminal(130);
    carryOut(board, 'half');
    for (const columns of [120, 80, 50, 100]) {
      await terminal.resize(columns, 24);
      const lines = await terminal.lines();
      expect(lines.filter((line) => line.includes('all runs'))).toHaveLength(1);
      expect(lines.at(-2)).toContain('4s left');
      expect(lines[0]).toMatch(/^started {2}mini-1shot-seed0/);
    }
  });

  it('shows as many runs as it has rows for, and counts the others', async () => {
    const { board, terminal } = onTerminal(80, 6, Array<number>(9).fill(1));
    for (let seed = 0; seed < 9; seed += 1) board.started(job(seed));
    terminal.emit('resize');
    const lines = await terminal.lines();
    expect(lines.slice(-5).map((line) => /seed \d|\d more|all runs/.exec(line)?.[0])).toEqual([
      'seed 0',
      'seed 1',
      'seed 2',
      '6 more',
      'all runs',
    ]);
    expect(lines.filter((line) => line.startsWith('started'))).toHaveLength(9);
  });

  it('leaves only the printed lines, without colours, when it is closed', async () => {
    const { board, terminal } = onTerminal(80);
    carryOut(board, 'half');
    board.ended(job(0), { kind: 'failed', message: 'killed' });
    board.close();
    expect(await terminal.lines()).toEqual([
      'started  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule',
      'step 200 bit-hyperrule 1-shot seed 0  top-1 10.09 %  loss 2.3091',
      'failed   bit-hyperrule 1-shot seed 0  after 2s  (0 of 2, 1 failed)',
      '  killed',
    ]);
    // Sequences that set colours end in m.
    expect(terminal.written).not.toMatch(/\u001b\[[\d;]*m/);
  });
});
