#!/usr/bin/env node
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { register } from 'tsx/esm/api';

try {
  accessSync(tmpdir(), constants.W_OK);
} catch {
  // It would end with a stack where it cannot keep what it has transpiled, before a word of ours.
  process.env.TSX_DISABLE_CACHE = '1';
}
register();
await import('../src/main.ts');
