import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the workspace. */
export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Written by tools/pack, at the root of a program that is not a clone. */
export const packedName = 'packed.json';

/** Whether the program is from a package, and not in a clone. */
export const isPacked = existsSync(join(workspaceRoot, packedName));

/** Where runs and reports go: the clone, or the current folder of a user who has none. */
export const projectFolder = isPacked ? process.cwd() : workspaceRoot;

/** The run store of this project. */
export const projectRuns = join(projectFolder, 'runs');
