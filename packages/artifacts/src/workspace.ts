import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace's nx.json. */
export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** The run store of this project. */
export const projectRuns = join(workspaceRoot, 'runs');
