import { isAbsolute } from 'node:path';
import type { RunRecord } from './store/records.ts';

/**
 * The paths that the records of runs name as they are on the machine that made them, because they are neither in its workspace
 * nor in its home folder: of images, weights and configs. Sorted, each once.
 */
export function pathsAsTheyAre(records: readonly Pick<RunRecord, 'spec' | 'provenance'>[]): string[] {
  const named = records.flatMap(
    ({ spec: { dataset, weights }, provenance: { configFile, extended = [] } }) => [
      'folder' in dataset ? dataset.folder : '',
      weights.path ?? '',
      configFile,
      ...extended.map(({ file }) => file),
    ],
  );
  return [...new Set(named.filter((path) => isAbsolute(path)))].sort();
}
