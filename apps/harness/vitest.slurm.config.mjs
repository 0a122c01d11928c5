import { mergeConfig } from 'vitest/config';
import { packageTests } from '../../vitest.shared.mjs';

/** Whole experiments on a real Slurm of two nodes; skipped, with a word, where there can be none. */
export default mergeConfig(packageTests('slurm'), {
  test: {
    include: ['slurm/**/*.test.ts'],
    exclude: ['tests/**'],
    fileParallelism: false,
    testTimeout: 900_000,
    outputFile: { json: 'test-results/slurm.json' },
  },
});
