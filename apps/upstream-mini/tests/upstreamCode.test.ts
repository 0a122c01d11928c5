import { expect, it } from 'vitest';
import { resultCode } from '@bit-repro/runs';
import { upstreamCode } from '../src/run/upstreamCode.ts';

it('the code that decides the stand-in has that of its distillation, which the code of a run has not', async () => {
  const file = 'apps/upstream-mini/src/distil/distil.ts';
  expect((await upstreamCode()).files).toContain(file);
  expect((await resultCode()).files).not.toContain(file);
});
