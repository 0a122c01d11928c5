import { isDeepStrictEqual } from 'node:util';
import { flatten } from '../store/flatten.ts';
import type { RunRecord, RunSpec } from '../store/records.ts';

/** Everything that a run’s key is made from, by names such as `settings.baseLr`, `weights.sha256` and `sources`. */
export function fieldsOf({ version, experiment, arm, fineTune, ...rest }: RunSpec): Map<string, unknown> {
  return flatten({ settings: fineTune, ...rest });
}

/** What is recorded of the making of a run beside that: the commit, versions, and the machine. */
export function circumstancesOf({ provenance, timing }: RunRecord): Map<string, unknown> {
  const { git, versions, engineSha256 } = provenance;
  const commit = 'unknown' in git ? {} : { sha: git.sha, dirty: git.dirty };
  return flatten({ git: commit, versions, engineSha256, host: timing.host ?? provenance.host });
}

/** The keys whose values differ. */
export const differingKeys = (
  one: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter(
    (key) => !isDeepStrictEqual(one.get(key), other.get(key)),
  );
