import { expect, it } from 'vitest';
import { resultCode } from '../../src/store/resultCode.ts';
import { upstreamCode } from '../../src/upstream/upstreamCode.ts';

it('the code that decides the stand-in has that of its distillation, which the code of a run has not', async () => {
  const file = 'packages/upstream/src/distil/distil.ts';
  expect((await upstreamCode()).files).toContain(file);
  expect((await resultCode()).files).not.toContain(file);
});
