import { mergeConfig } from 'vitest/config';
import { packageTests } from '../../vitest.shared.mjs';

/** Whole experiments that meet with accidents; they take minutes. Each has a store and slots of its own, so two files go side by side. */
export default mergeConfig(packageTests('faults'), {
  test: {
    include: ['faults/**/*.test.ts'],
    exclude: ['tests/**'],
    maxWorkers: 2,
    testTimeout: 900_000,
    outputFile: { json: 'test-results/faults.json' },
  },
});
