import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tells at the end how many tests were skipped, by the reasons that tests give. */
const skipped = {
  onTestRunEnd(modules) {
    const counts = new Map();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const { note } = test.result();
        if (note !== undefined) counts.set(note, (counts.get(note) ?? 0) + 1);
      }
    }
    for (const [note, count] of counts)
      process.stdout.write(`\nSkipped, ${count} ${count === 1 ? 'test' : 'tests'}: ${note}\n`);
  },
};

/** The Vitest configuration of one package: stray console output fails the test that caused it. */
export const packageTests = (name) =>
  defineConfig({
    test: {
      name,
      include: ['tests/**/*.test.ts'],
      globalSetup: fileURLToPath(new URL('./vitest.temporary.mjs', import.meta.url)),
      setupFiles: [fileURLToPath(new URL('./vitest.setup.mjs', import.meta.url))],
      // Nx asks its tasks for colour, which they would hand on to the programs that they test.
      env: { FORCE_COLOR: '0' },
      // No machine is too slow: these end what hangs. A poll would wait for a second otherwise.
      testTimeout: 300_000,
      expect: { poll: { timeout: 60_000 } },
      hookTimeout: 600_000,
      reporters: ['default', skipped, ...(process.env.CI ? ['json'] : [])],
      outputFile: { json: 'test-results/vitest.json' },
    },
  });
