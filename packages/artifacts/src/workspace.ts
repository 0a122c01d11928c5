import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the workspace. */
export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** The run store of this project. */
export const projectRuns = join(workspaceRoot, 'runs');
