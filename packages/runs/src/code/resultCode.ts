import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { reachedCode, type ReachedCode } from './reachedCode.ts';

/**
 * The code that results depend on. Its digest is part of every run's key, so that edits of other code keep
 * finished runs.
 */
export const resultCode = (workspace = workspaceRoot): Promise<ReachedCode> =>
  computingCode('packages/worker/src/compute.ts', workspace);

/** Contain the compiler flags, which may change the bits of a result. */
const compilation = ['binding.ts', 'kernels.ts'].map((name) => `packages/engine/src/provision/${name}`);

/**
 * The code that a computing module depends on. The native kernels, which are compiled, and tfjs, which is
 * loaded with a different addon, are not imported and so are added.
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
