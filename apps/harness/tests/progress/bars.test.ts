import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { runBar, totalBar } from '../../src/progress/bars.ts';
import { sampleJob } from '@bit-repro/launch/testing';

const job = { ...sampleJob('mini-1shot-seed0-3c4e5ff5d0db'), arm: 'bit-hyperrule', steps: 400, batch: 512 };
const doing = ['step 200/400  loss 2.3012', 'step 200/400', '200/400'] as const;
const going = { job, step: 200, doing, perSecond: 119.3 };

describe('the bar of a run', () => {
  it.each([
    [
      140,
      '██████████░░░░░░░░░░  50%  mini-1shot-seed0-3c4e5ff5d0db  bit-hyperrule  step 200/400  loss 2.3012  61,100 images/s  2s left',
    ],
    [
      110,
      '██████████░░░░░░░░░░  50%  bit-hyperrule 1-shot seed 0  step 200/400  loss 2.3012  61,100 images/s  2s left',
    ],
    [100, '██████████░░░░░░░░░░  50%  bit-hyperrule 1-shot seed 0  step 200/400  61,100 images/s  2s left'],
    [80, '█████░░░░░  50%  bit-hyperrule 1-shot seed 0  200/400  61,100/s  2s left'],
    [62, ' 50%  bit-hyperrule 1-shot seed 0  200/400  61,100/s  2s left'],
    [60, ' 50%  bit-hyperrule 1-shot s0  200/400  2s left'],
    [40, ' 50%  bit-hyperrule 1-shot s0  2s left'],
    [30, ' 50%  bi…le 1-shot s0  2s left'],
  ])('fits into %d columns', (columns, line) => {
    expect(runBar(going, columns)).toBe(line);
  });

  it('shows no remaining time or rate while it is unknown', () => {
    expect(runBar({ ...going, step: 400 }, 140)).not.toContain('left');
    expect(runBar({ ...going, step: 399.99 }, 140)).toContain('  1s left');
    expect(runBar({ ...going, perSecond: undefined }, 40)).toBe(' 50%  bit-hyperrule 1-shot s0  200/400');
  });

  it('fits any width of the terminal and any name of the arm', () => {
    for (const arm of ['rule', 'x'.repeat(64), '漢字'.repeat(30)]) {
      for (let columns = 30; columns < 200; columns += 1)
        expect(stringWidth(runBar({ ...going, job: { ...job, arm } }, columns))).toBeLessThanOrEqual(columns);
    }
  });

  it('shows control sequences as text', () => {
    expect(runBar({ ...going, job: { ...job, arm: 'a\u001b[2J\nb' } }, 200)).toContain(
      String.raw`a\u001b[2J\nb`,
    );
  });
});

describe('the bar of all runs', () => {
  it.each([
    [80, '██████████░░░░░░░░░░  50%  all runs  1 of 2, 1 failed, about 1m 12s left'],
    [63, '█████░░░░░  50%  all runs  1 of 2, 1 failed, about 1m 12s left'],
    [45, ' 50%  1 of 2, 1 failed, about 1m 12s left'],
    [40, '1 of 2, 1 failed, about 1m 12s left'],
  ])('fits into %d columns', (columns, line) => {
    expect(totalBar(1, 2, '1 of 2, 1 failed, about 1m 12s left', columns)).toBe(line);
  });
});
