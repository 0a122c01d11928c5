import type { InlineConfig } from 'vitest/node';

/** Options every test suite of the workspace shares: stray console output fails the test that caused it. */
export const sharedTestOptions: InlineConfig = {
  include: ['tests/**/*.test.ts'],
  setupFiles: [new URL('./vitest.setup.ts', import.meta.url).pathname],
  testTimeout: 60_000,
  hookTimeout: 600_000,
};
