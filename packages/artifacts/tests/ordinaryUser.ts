import { chmodSync } from 'node:fs';

const nobody = 65_534;

/** Runs `work` without the permissions of root, who may write everywhere; makes `folder` readable. */
export async function asOrdinaryUser<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  chmodSync(folder, 0o755);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
