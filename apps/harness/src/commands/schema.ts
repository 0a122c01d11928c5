import { join } from 'node:path';
import { writeFileAtomic } from '@bit-repro/artifacts';
import { jsonSchemas } from '../config/index.ts';
import { workspaceRoot } from '../workspace.ts';
import { exitCodes, type CommandContext } from './context.ts';

/** Writes the JSON Schemas of the YAML files. */
export async function schema({ print }: CommandContext): Promise<number> {
  for (const [name, content] of Object.entries(jsonSchemas())) {
    const file = join('configs/schema', name);
    await writeFileAtomic(join(workspaceRoot, file), `${JSON.stringify(content, null, 2)}\n`);
    print(file);
  }
  return exitCodes.done;
}
