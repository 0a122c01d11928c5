import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { maySkip } from '../testing/index.ts';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const config = fileURLToPath(new URL('setup/examples.config.mjs', import.meta.url));

function runExamples(environment: NodeJS.ProcessEnv): string {
  const { stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--config', config], {
    cwd: dirname(import.meta.dirname),
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  return stdout + stderr;
}

it('a test that leaves the process changed fails, and one that needs what cannot be had is skipped', () => {
  const told = runExamples({ CI: '' });
  expect(told).toContain('3 failed | 2 passed | 2 skipped (7)');
  expect(told).toContain('+ the environment variable LEFT_BY_A_TEST');
  expect(told).toContain('+ the working folder, the umask');
  expect(told).toContain('+ listeners to SIGUSR2');
  expect(told).toContain(
    'Skipped, 2 tests: the moon is neither in the cache nor to be had: it is too far away',
  );
});

it('under CI what cannot be had is a failure', () => {
  expect(runExamples({ CI: 'true', BIT_REPRO_OFFLINE: '' })).toContain(
    'UnavailableError: it is too far away',
  );
});

it.each([
  [{}, true],
  [{ CI: 'false' }, true],
  [{ CI: 'true' }, false],
  [{ CI: 'true', BIT_REPRO_OFFLINE: '1' }, true],
])('by the environment %j tests may be skipped: %s', (environment, expected) => {
  expect(maySkip(environment)).toBe(expected);
});
