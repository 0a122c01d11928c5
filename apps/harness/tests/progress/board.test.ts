import { describe, expect, it } from 'vitest';
import { makeBoard } from '../../src/progress/board.ts';
import { sampleJob as job } from '../launch/sampleJob.ts';

describe('the board, where there is no terminal', () => {
  it('counts what is done and failed, and forgets the failure of a run that went well later', () => {
    const lines: string[] = [];
    const board = makeBoard((line) => lines.push(line), [1, 1, 1], false);
    const end = (id: string, outcome: Parameters<typeof board.ended>[1]): void => {
      board.started(job(id));
      board.ended(job(id), outcome);
    };
    end('a', { kind: 'failed', message: 'killed', transient: true });
    end('b', { kind: 'done' });
    end('a', { kind: 'done' });
    const ends = lines.filter((line) => line.includes('after'));
    expect(ends[0]).toContain('(0 of 3, 1 failed)');
    expect(ends[1]).toMatch(/\(1 of 3, 1 failed, about .* left\)/);
    expect(ends[2]).toMatch(/\(2 of 3, about .* left\)/);
    expect(lines).toContain('  killed');
  });

  it('lets no message of a worker pass for a line of its own', () => {
    const lines: string[] = [];
    const board = makeBoard((line) => lines.push(line), [1], false);
    board.event(job('a'), { kind: 'restarted', reason: 'cut\ndone     b' });
    board.ended(job('a'), { kind: 'failed', message: 'killed\ndone     b', remedy: 'Wait\ndone     c' });
    expect(lines[0]).toBe(String.raw`anew     a  cut\ndone     b`);
    expect(lines.at(-1)).toBe('  killed\n  done     b\n  Wait\n  done     c');
  });

  it('says nothing of the time left once all runs are over', () => {
    const lines: string[] = [];
    const board = makeBoard((line) => lines.push(line), [1], false);
    board.started(job('a'));
    board.ended(job('a'), { kind: 'done' });
    expect(lines.at(-1)).toContain('(1 of 1)');
  });
});
