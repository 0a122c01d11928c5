import { exitCodes } from '@bit-repro/artifacts';
import type { RunRecord } from '@bit-repro/runs';
import { plannedRun, record } from '@bit-repro/runs/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeReruns } from '../../src/commands/judgeReruns.ts';
import { drawn } from '../../src/commands/rerun.ts';

const original = record(plannedRun(), 50);
const { result, spec } = original;
const other: Partial<RunRecord> = { result: { ...result, final: { ...result.final, top1: 0.51 } } };
const otherCode: Partial<RunRecord> = { spec: { ...spec, sources: '7'.repeat(64) } };
const otherMachine: Partial<RunRecord> = {
  spec: { ...spec, engine: { ...spec.engine, tensorflow: '2.19.0' } },
};

function judged(...changes: Partial<RunRecord>[]): {
  lines: string[];
  found: ReturnType<typeof judgeReruns>;
} {
  const lines: string[] = [];
  const repeated = changes.map((change) => ({ original, again: { ...original, ...change } }));
  return { found: judgeReruns(repeated, (line) => void lines.push(line)), lines };
}

describe('runs that are carried out again', () => {
  it('are drawn by the seed: different ones, in their order', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 50 }), fc.nat(2 ** 31 - 1), (size, count, seed) => {
        const items = Array.from({ length: size }, (_, index) => index);
        const found = drawn(items, count, seed);
        expect(found).toEqual(drawn(items, count, seed));
        expect(found).toHaveLength(Math.min(size, count));
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      }),
    );
  });

  it('are drawn each as often as the others', () => {
    const counts = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 2000; seed += 1)
      for (const item of drawn([0, 1, 2, 3, 4], 2, seed)) counts[item]! += 1;
    for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(120);
  });

  it('hold if their results are the same', () => {
    expect(judged({}, {}, {})).toEqual({
      found: [],
      lines: ['3 of 3 re-run results identical, to the byte'],
    });
  });

  it('hold if other code gives the same results, which is said', () => {
    expect(judged(otherCode, otherCode)).toEqual({
      found: [],
      lines: [
        '2 of 2 re-run results identical, though with other code (sources 111111111111…, now 777777777777…)',
      ],
    });
  });

  it('are refused if the same code on the same machine gives another result', () => {
    expect(() => judged({}, other)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /the run .*-seed0 to give its result\.json again, found final\.top1 0\.5, now 0\.51/,
        ) as string,
        exitCode: exitCodes.failed,
      }),
    );
  });

  it('are not compared, rather than refused, if other code gives another result', () => {
    const { found, lines } = judged({ ...other, ...otherCode });
    expect(lines).toEqual([
      expect.stringMatching(/^0 of 1 re-run result identical, though with other code/),
      expect.stringMatching(/ differs: final\.top1 0\.5, now 0\.51$/),
    ]);
    expect(found).toEqual([
      {
        what: expect.stringMatching(/^1 re-run result, .*other code/) as string,
        how: 'check out the commit that computed them (ccccccc) and run verify --rerun there',
      },
    ]);
  });

  it('are not compared, rather than refused, if another machine gives another result', () => {
    expect(judged({ ...other, ...otherMachine }).found).toEqual([
      {
        what: expect.stringMatching(
          /a different machine \(engine\.tensorflow 2\.18\.1, now 2\.19\.0\)/,
        ) as string,
        how: 'run verify --rerun on a machine like that of the runs',
      },
    ]);
  });
});
