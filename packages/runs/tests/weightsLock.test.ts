import { existsSync } from 'node:fs';
import { findModel, readWeightsLock } from '@bit-repro/model';
import { expect, it } from 'vitest';
import { weightsLock } from '../src/weights.ts';

it('the weights lock file is in the repository, and names published models with their URLs', async () => {
  expect(existsSync(weightsLock)).toBe(true);
  for (const [name, { url }] of await readWeightsLock(weightsLock)) expect(url).toBe(findModel(name).url);
});
