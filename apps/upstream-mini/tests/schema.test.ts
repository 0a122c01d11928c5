import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recipeJsonSchema } from '../src/commands/schema.ts';
import { workspaceRoot } from '@bit-repro/artifacts';

it('configs/schema/upstream.schema.json is as generated', async () => {
  await expect(recipeJsonSchema()).toMatchFileSnapshot(
    join(workspaceRoot, 'configs/schema/upstream.schema.json'),
  );
});
