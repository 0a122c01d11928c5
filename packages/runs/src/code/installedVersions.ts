import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
    }),
  ),
});

/** An import of an npm package. */
export interface NpmImport {
  /** The import specifier: `zod`, `pure-rand/distribution/uniformInt`. */
  module: string;
  /** The importing folder, relative to the workspace. */
  from: string;
}

/**
 * All npm packages that these imports depend on, as `path version integrity` in alphabetical order, from
 * package-lock.json. Packages for other platforms are included, so that the list is the same on all
 * platforms.
 */
export async function installedVersions(imports: readonly NpmImport[], workspace: string): Promise<string[]> {
  const { packages } = lockSchema.parse(
    JSON.parse(await readFile(join(workspace, 'package-lock.json'), 'utf8')),
  );
  const found = new Map<string, string>();
  const visit = (name: string, from: string): void => {
    const path = placeOf(name, from, packages);
    if (path === undefined || found.has(path)) return;
    const { version = '', integrity = '', ...asks } = packages[path]!;
    found.set(path, `${path} ${version} ${integrity}`);
    const needed = { ...asks.dependencies, ...asks.optionalDependencies, ...asks.peerDependencies };
    for (const other of Object.keys(needed)) visit(other, path);
  };
  for (const { module, from } of imports) visit(packageOf(module), from);
  return [...found.values()].sort();
}

/** `@scope/name` of `@scope/name/part`, `name` of `name/part`. */
const packageOf = (module: string): string => module.split('/', module.startsWith('@') ? 2 : 1).join('/');

/**
 * The path at which Node finds a package imported from a folder; undefined for an optional package that is
 * not installed.
 */
function placeOf(
  name: string,
  from: string,
  packages: Readonly<Record<string, unknown>>,
): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (path in packages) return path;
    if (folder === '.') return undefined;
  }
}
