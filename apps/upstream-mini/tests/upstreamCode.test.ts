import { expect, it } from 'vitest';
import { resultCode } from '@bit-repro/runs';
import { upstreamCode } from '../src/run/upstreamCode.ts';

it('the digest of the stand-in’s code includes its distillation, but that of a run’s code does not', async () => {
  const file = 'apps/upstream-mini/src/distil/distil.ts';
  expect((await upstreamCode()).files).toContain(file);
  expect((await resultCode()).files).not.toContain(file);
});
