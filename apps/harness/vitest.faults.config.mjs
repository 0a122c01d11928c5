import { mergeConfig } from 'vitest/config';
import { packageTests } from '../../vitest.shared.mjs';

/** Whole experiments that meet with accidents; they take minutes, and share the processor with nothing else. */
export default mergeConfig(packageTests('faults'), {
  test: {
    include: ['faults/**/*.test.ts'],
    exclude: ['tests/**'],
    fileParallelism: false,
    testTimeout: 900_000,
    outputFile: { json: 'test-results/faults.json' },
  },
});
