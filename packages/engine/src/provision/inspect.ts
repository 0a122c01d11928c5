import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot as defaultCacheRoot, digestFile } from '@bit-repro/artifacts';
import { bindingFingerprint } from './binding.ts';
import type { Installation } from './provision.ts';
import type { Flavour } from './releases.ts';

/** The installations in the cache that are ready to load. */
export async function installedEngines(cacheRoot = defaultCacheRoot()): Promise<Installation[]> {
  const root = join(cacheRoot, 'tensorflow');
  const names = await readdir(root).catch((): string[] => []);
  const found = await Promise.all(
    names.map(async (name): Promise<Installation[]> => {
      const flavour = /^[\d.]+-(cpu|cuda)-/.exec(name)?.[1] as Flavour | undefined;
      const record = await readFile(join(root, name, 'installation.json'), 'utf8').catch(() => undefined);
      const binding = `binding-${bindingFingerprint()}`;
      const compiled = (await readdir(join(root, name)).catch((): string[] => [])).includes(binding);
      if (flavour === undefined || record === undefined || !compiled) return [];
      return [
        {
          flavour,
          ...(JSON.parse(record) as Pick<Installation, 'tensorflowVersion' | 'source' | 'sha256'>),
          libraryFolder: join(root, name, 'tensorflow'),
          bindingFile: join(root, name, binding, 'tfjs_binding.node'),
        },
      ];
    }),
  );
  return found.flat();
}

/** Names of the libraries whose bytes are no longer those that were unpacked. */
export async function verifyInstallation({ libraryFolder, sha256 }: Installation): Promise<string[]> {
  const checks = await Promise.all(
    Object.entries(sha256).map(async ([name, expected]) => {
      const found = await digestFile(join(libraryFolder, name), 'sha256').catch(() => undefined);
      return found === expected ? [] : [name];
    }),
  );
  return checks.flat();
}
