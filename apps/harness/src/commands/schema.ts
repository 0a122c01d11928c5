import { join } from 'node:path';
import { writeFileAtomic, workspaceRoot, exitCodes } from '@bit-repro/artifacts';
import { jsonSchemas } from '@bit-repro/experiment';
import { storeSchemas } from '@bit-repro/archive';
import { launcherSections } from '../launchers.ts';
import type { CommandContext } from '@bit-repro/terminal';

/** Writes the JSON Schemas of the YAML files and of the files in the run store. */
export async function schema({ print }: CommandContext): Promise<number> {
  const folders = { 'configs/schema': jsonSchemas(await launcherSections()), 'docs/schema': storeSchemas() };
  for (const [folder, schemas] of Object.entries(folders)) {
    for (const [name, content] of Object.entries(schemas)) {
      const file = join(folder, name);
      await writeFileAtomic(join(workspaceRoot, file), `${JSON.stringify(content, null, 2)}\n`);
      print(file);
    }
  }
  return exitCodes.done;
}
