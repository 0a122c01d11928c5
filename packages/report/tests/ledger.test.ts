import { verdicts } from '@bit-repro/metrics';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../src/armComparisons.ts';
import type { Derivation } from '../src/derivation.ts';
import { buildReport } from '../src/reportData.ts';
import { viewOf } from '../src/view/viewOf.ts';
import { likeThePaper, madeUpInput, nearChance } from '../testing/sample.ts';

/** The numbers of a report's page, and those of its data. */
async function built(config: string, hits = likeThePaper) {
  const input = await madeUpInput(config, 'paper', hits);
  const { data, ledger } = buildReport(input);
  viewOf(data, ledger, input);
  const shown = (reducer: Derivation['reducer'], of: Derivation['of']): (number | null)[] =>
    ledger.entries
      .filter((entry) => entry.reducer === reducer && JSON.stringify(entry.of) === JSON.stringify(of))
      .map(({ value }) => value);
  return { data, ledger, shown };
}

describe('the numbers of a report', () => {
  it('are the same in data.json and on the page: summaries of our runs and of others', async () => {
    const { data, shown } = await built('fig6');
    const samples = [
      ...data.groups.map(({ runs, summary }) => ({ of: { runs: runs.map(({ id }) => id) }, summary })),
      ...data.published.map(({ source, model, dataset, shots, summary }) => ({
        of: { published: source, model, dataset, shots },
        summary,
      })),
    ];
    expect(samples).toHaveLength(6);
    for (const { of, summary } of samples) {
      expect(shown('standard-deviation', of)).toContain(summary?.standardDeviation);
      expect(shown('min', of)).toContain(summary?.min);
      expect(shown('max', of)).toContain(summary?.max);
    }
  });

  it('are the same in data.json and on the page: comparisons of arms', async () => {
    const { data, shown } = await built('lr-and-schedule', nearChance);
    expect(data.comparisons).toHaveLength(16);
    for (const comparison of data.comparisons) {
      const { mean, interval, p, adjustedP } = comparison;
      const of = sampleOf(comparison);
      expect(shown('mean', of)).toContain(mean);
      expect(shown('mean-t-low', of)).toContain(interval?.low);
      expect(shown('mean-t-high', of)).toContain(interval?.high);
      expect(shown('sign-flip-p', of)).toContain(p ?? null);
      expect(shown('sign-flip-p-after-holm', of)).toContain(adjustedP ?? null);
    }
  });

  it('are the same in data.json and on the page: verdicts', async () => {
    const { data, shown } = await built('fig6');
    expect(data.verdicts).toHaveLength(6);
    for (const { of, judgement } of data.verdicts) {
      const { verdict, difference } = judgement!;
      if (difference.kind === 'refused') throw new Error(difference.reason);
      expect(shown('verdict', of)).toContain(verdicts.indexOf(verdict) - 1);
      expect(shown('difference', of)).toContain(difference.value);
      expect(shown('attained-margin', of)).toContain(difference.attainedMargin);
    }
  });

  it('are computed once, however often they are asked for and shown', async () => {
    const { ledger } = await built('fig6');
    const { records } = ledger.source;
    const of = { runs: [...records.keys()].slice(0, 5) };
    const before = ledger.value({ reducer: 'median', of });
    (records as Map<string, unknown>).clear();
    expect(ledger.value({ of, reducer: 'median' })).toBe(before);
    expect(ledger.number({ reducer: 'median', of }).value).toBe(String(before));
  });
});
