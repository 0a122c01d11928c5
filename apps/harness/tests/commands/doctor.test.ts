import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('doctor reports missing git once', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'empty-'));
  vi.stubEnv('PATH', empty);
  vi.stubEnv('BIT_REPRO_CACHE', empty);
  // Nothing listens there, so connections fail at once.
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
  const lines: string[] = [];
  await doctor({ json: false }, { print: (line) => lines.push(line), signal: new AbortController().signal });
  expect(lines.filter((line) => /\bgit\b/.test(line))).toEqual([
    expect.stringMatching(/^Problem: The commit of this project cannot be recorded: git is not installed\./),
  ]);
});
