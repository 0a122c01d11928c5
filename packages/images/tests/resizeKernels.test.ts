import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { binary } from '../src/resizeKernels.ts';

it('resizeKernels.ts has what the assembler makes of resizeKernels.wat', async () => {
  const source = readFileSync(new URL('../src/resizeKernels.wat', import.meta.url), 'utf8');
  const assembler = await wabt();
  const assembled = assembler.parseWat('resizeKernels.wat', source, { simd: true }).toBinary({}).buffer;
  expect(binary.toString('base64')).toBe(Buffer.from(assembled).toString('base64'));
});
