import { join } from 'node:path';
import { writeFileAtomic, workspaceRoot, exitCodes } from '@bit-repro/artifacts';
import { recipeSchema } from '../distil/recipe.ts';
import { toJsonSchema } from '@bit-repro/experiment';
import type { CommandContext } from '@bit-repro/terminal';

/** The JSON Schema of the recipe of BiT-mini, as in `configs/schema`. */
export const recipeJsonSchema = (): string =>
  `${JSON.stringify(toJsonSchema(recipeSchema, 'How BiT-mini is made (docs/upstream.md)'), null, 2)}\n`;

/** Writes this schema. */
export async function upstreamSchema({ print }: CommandContext): Promise<number> {
  const file = 'configs/schema/upstream.schema.json';
  await writeFileAtomic(join(workspaceRoot, file), recipeJsonSchema());
  print(file);
  return exitCodes.done;
}
