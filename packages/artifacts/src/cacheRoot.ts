import { resolve } from 'node:path';
import envPaths from 'env-paths';

/**
 * The folder that holds everything fetched or compiled: `BIT_REPRO_CACHE` where set, else the platform's cache folder
 * (on Linux `$XDG_CACHE_HOME/bit-repro`, by default `~/.cache/bit-repro`). It need not exist yet.
 */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment.BIT_REPRO_CACHE;
  return chosen ? resolve(chosen) : envPaths('bit-repro', { suffix: '' }).cache;
}
