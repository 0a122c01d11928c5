import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { isMapping } from './yaml/layers.ts';
import type { KeyPath } from './yaml/errors.ts';
import type { YamlFile } from './yaml/yamlFile.ts';

/**
 * Weights files and folders of images are named relative to the file that names them, or on the command line to the
 * current folder. Makes them relative to `file`, as if the experiment were one file.
 */
export function rebasePaths(yaml: YamlFile, file: string): YamlFile {
  const home = dirname(file);
  const rebase = (value: unknown, path: KeyPath): unknown => {
    if (Array.isArray(value)) return value.map((entry, index) => rebase(entry, [...path, index]));
    if (!isMapping(value)) {
      return typeof value === 'string' && isPath(path) ? rebased(value, path) : value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, rebase(entry, [...path, key])]),
    );
  };
  const rebased = (named: string, path: KeyPath): string => {
    const place = yaml.placeOf(path);
    const from = resolve(place.line === undefined ? '.' : dirname(place.file));
    const stays = named === '' || isAbsolute(named) || from === resolve(home);
    return stays ? named : relative(home, resolve(from, named));
  };
  return { ...yaml, value: rebase(yaml.value, []) };
}

const isPath = (path: KeyPath): boolean =>
  (path.at(-1) === 'file' && path.includes('weights')) || /^dataset\.(\d+\.)?folder$/.test(path.join('.'));
