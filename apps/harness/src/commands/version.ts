import { createRequire } from 'node:module';
import { join } from 'node:path';
import { workspaceRoot } from '@bit-repro/artifacts';
import { installedEngines } from '@bit-repro/engine';
import { readPacked, stateOfCheckout } from '@bit-repro/runs';
import { z } from 'zod';

/** The version of this program, its code, and what it runs on. */
export async function version(): Promise<string> {
  const manifest: unknown = createRequire(import.meta.url)(join(workspaceRoot, 'package.json'));
  const { version: released } = z.object({ version: z.string() }).parse(manifest);
  const engines = await installedEngines();
  const names = engines.map(
    ({ tensorflowVersion, flavour }) => `TensorFlow ${tensorflowVersion} (${flavour})`,
  );
  return [
    released,
    `code    ${await code()}`,
    `Node    ${process.versions.node}, ${process.platform}-${process.arch}`,
    `engine  ${names.length === 0 ? 'none yet: `npx harness provision` fetches one' : names.join(', ')}`,
  ].join('\n');
}

async function code(): Promise<string> {
  const packed = readPacked(workspaceRoot);
  if (packed !== undefined) {
    const { sha256, commit, isClean, altered } = packed;
    const changes = `${isClean ? '' : ', packed with uncommitted changes'}${altered.length > 0 ? ', with altered files' : ''}`;
    return `package with files of sha256 ${sha256}, of commit ${commit}${changes}`;
  }
  const state = await stateOfCheckout(workspaceRoot);
  if ('unknown' in state) return `commit unknown: ${state.unknown}`;
  return `commit ${state.sha}${state.status.isClean() ? '' : ', with uncommitted changes'}`;
}
