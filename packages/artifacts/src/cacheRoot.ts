import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { InputError } from './errors.ts';

/**
 * The folder that holds everything fetched or compiled: `BIT_REPRO_CACHE` where set, else the platform's cache folder
 * (on Linux `$XDG_CACHE_HOME/bit-repro`, by default `~/.cache/bit-repro`). It need not exist yet.
 *
 * @throws InputError for a user without a home folder, as containers have them, where nothing is set.
 */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const { BIT_REPRO_CACHE: chosen, XDG_CACHE_HOME: ofUser = '' } = environment;
  if (chosen) return resolve(chosen);
  if (process.platform === 'darwin') return join(home(), 'Library', 'Caches', 'bit-repro');
  return join(isAbsolute(ofUser) ? ofUser : join(home(), '.cache'), 'bit-repro');
}

function home(): string {
  try {
    return homedir();
  } catch (cause) {
    throw new InputError(
      'Expected a home folder for the cache, found that this user has none',
      'Name a folder for the cache by BIT_REPRO_CACHE.',
      { cause },
    );
  }
}
