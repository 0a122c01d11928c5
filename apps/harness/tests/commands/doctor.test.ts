import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('the doctor says once that there is no git', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'empty-'));
  vi.stubEnv('PATH', empty);
  vi.stubEnv('BIT_REPRO_CACHE', empty);
  // Nobody answers there, and at once.
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
  const lines: string[] = [];
  await doctor({ print: (line) => lines.push(line), signal: new AbortController().signal });
  expect(lines.filter((line) => /\bgit\b/.test(line))).toEqual([
    expect.stringMatching(/^Wrong: Runs cannot record which commit made them: git is not installed\./),
  ]);
});
