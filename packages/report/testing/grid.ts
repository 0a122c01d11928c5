import type { ReportInput } from '../src/reportInput.ts';
import { madeUpInput, type MadeUpHits } from './sample.ts';

/** An experiment with every combination of some settings, at 1 and 5 examples per class, with made-up records. */
export const madeUpGrid = (
  grid: Record<string, readonly unknown[]>,
  hits: MadeUpHits,
  seeds = 3,
): Promise<ReportInput> =>
  madeUpInput('shots-1-to-10', 'embedded', hits, [
    'shots=[1, 5]',
    `profiles.embedded.seeds={count: ${seeds}}`,
    `grid=${JSON.stringify(grid)}`,
  ]);
