import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { reachedCode, type ReachedCode } from './reachedCode.ts';

/** The code that decides results. Its digest is part of every run's key, so that edits of other code keep finished runs. */
export const resultCode = (workspace = workspaceRoot): Promise<ReachedCode> =>
  computingCode('packages/worker/src/compute.ts', workspace);

/** Where the compiler's flags stand, which may change the bits. */
const compilation = ['binding.ts', 'kernels.ts'].map((name) => `packages/engine/src/provision/${name}`);

/**
 * The code that a module which computes leads to. No import leads to the kernels, which are compiled, nor to tfjs, which is loaded
 * with another addon than its own.
 */
export async function computingCode(entry: string, workspace = workspaceRoot): Promise<ReachedCode> {
  const items = await readdir(join(workspace, 'packages/engine/native'), {
    withFileTypes: true,
    recursive: true,
  });
  const files = items
    .filter((item) => item.isFile())
    .map((item) => relative(workspace, join(item.parentPath, item.name)))
    .sort();
  return reachedCode(
    { entry, files: [...files, ...compilation], packages: ['@tensorflow/tfjs-node-gpu'] },
    workspace,
  );
}
