import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { InputError } from './errors.ts';

/**
 * The folder for everything fetched or compiled: `BIT_REPRO_CACHE` if set, otherwise the platform's cache
 * folder (on Linux `$XDG_CACHE_HOME/bit-repro`, by default `~/.cache/bit-repro`). It need not exist yet.
 *
 * @throws InputError if nothing is set and the user has no home folder, as in some containers.
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
      'There is no folder for the cache: this user has no home folder',
      'Set BIT_REPRO_CACHE to a folder for the cache.',
      { cause },
    );
  }
}
