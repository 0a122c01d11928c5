import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The Vitest configuration of one package: stray console output fails the test that caused it. */
export const packageTests = (name) =>
  defineConfig({
    test: {
      name,
      include: ['tests/**/*.test.ts'],
      globalSetup: fileURLToPath(new URL('./vitest.temporary.mjs', import.meta.url)),
      setupFiles: [fileURLToPath(new URL('./vitest.setup.mjs', import.meta.url))],
      // No machine is too slow: these end what hangs. A poll would wait for a second otherwise.
      testTimeout: 300_000,
      expect: { poll: { timeout: 60_000 } },
      hookTimeout: 600_000,
      reporters: process.env.CI ? ['default', 'json'] : ['default'],
      outputFile: { json: 'test-results/vitest.json' },
    },
  });
