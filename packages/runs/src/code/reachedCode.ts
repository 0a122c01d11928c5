import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { workspaceRoot } from '@bit-repro/artifacts';
import { installedVersions } from './installedVersions.ts';

/** Code that something depends on: what is reached from a module, and nothing beside it. */
export interface ReachedCode {
  /** SHA-256 over the code without types, comments and layout, the versions of npm's packages, and the further files. */
  digest: string;
  /** Files of the workspace, from its root on. */
  files: readonly string[];
}

export interface Roots {
  /** A module, from the workspace's root on. */
  entry: string;
  /** Files that no import leads to, from the workspace's root on. */
  files?: readonly string[];
  /** Packages of npm that no import leads to. */
  packages?: readonly string[];
}

/**
 * Follows the imports of a module, as a bundler does: what is imported and never used does not count, so that an edit of other
 * exports of the same packages changes nothing.
 *
 * @throws Error when a module cannot be resolved.
 */
export async function reachedCode(
  { entry, files = [], packages = [] }: Roots,
  workspace = workspaceRoot,
): Promise<ReachedCode> {
  // Not `build`, which leaves a process running beside this one.
  const { metafile, outputFiles } = buildSync({
    absWorkingDir: workspace,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    minifyWhitespace: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
    tsconfigRaw: {
      compilerOptions: { baseUrl: '.', paths: { '@bit-repro/*': ['./packages/*/src/index.ts'] } },
    },
    // Those of npm count by their versions.
    packages: 'external',
  });
  const [{ inputs, imports }] = Object.values(metafile.outputs) as [(typeof metafile.outputs)[string]];
  const reached = Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0);
  const remaining = new Set(imports.map(({ path }) => path));
  const npm = reached.flatMap((path) =>
    metafile.inputs[path]!.imports.filter((one) => one.external && remaining.has(one.path)).map((one) => ({
      module: one.path,
      from: dirname(path),
    })),
  );
  const named = packages.map((module) => ({ module, from: dirname(entry) }));
  const hash = createHash('sha256').update(outputFiles[0]!.contents);
  for (const version of await installedVersions([...npm, ...named], workspace)) hash.update(`\0${version}`);
  for (const file of files) {
    hash.update(`\0${file}\0`).update(await readFile(join(workspace, file)));
  }
  return { digest: hash.digest('hex'), files: [...reached, ...files] };
}
