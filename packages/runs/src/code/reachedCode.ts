import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { workspaceRoot } from '@bit-repro/artifacts';
import { installedVersions } from './installedVersions.ts';

/** The code that is reachable from a module. */
export interface ReachedCode {
  /**
   * SHA-256 of the code without types, comments and whitespace, of the versions of its npm packages, and of
   * the additional files.
   */
  digest: string;
  /** Files of the workspace, relative to its root. */
  files: readonly string[];
}

export interface Roots {
  /** A module, relative to the workspace. */
  entry: string;
  /** Additional files that are not imported, relative to the workspace. */
  files?: readonly string[];
  /** Additional npm packages that are not imported. */
  packages?: readonly string[];
}

/**
 * Follows the imports of a module as a bundler does. Unused exports do not count, so editing them changes
 * nothing.
 *
 * @throws Error if a module cannot be resolved.
 */
export async function reachedCode(
  { entry, files = [], packages = [] }: Roots,
  workspace = workspaceRoot,
): Promise<ReachedCode> {
  // `build` would leave a process running.
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
    // Npm packages count by version.
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
