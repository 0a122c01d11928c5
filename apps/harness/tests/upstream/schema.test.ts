import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recipeJsonSchema } from '../../src/commands/upstreamSchema.ts';
import { workspaceRoot } from '../../src/workspace.ts';

it('configs/schema/upstream.schema.json is as generated', async () => {
  await expect(recipeJsonSchema()).toMatchFileSnapshot(
    join(workspaceRoot, 'configs/schema/upstream.schema.json'),
  );
});
