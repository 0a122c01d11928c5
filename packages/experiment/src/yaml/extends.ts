import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { ConfigError } from './errors.ts';
import { isMapping, layOver } from './layers.ts';
import { show } from './shapeProblems.ts';
import { readYaml, type YamlFile } from './yamlFile.ts';

/**
 * Reads a YAML file and merges it over the file that its key `extends` names, and so on. The key itself is
 * removed.
 *
 * @throws ConfigError if a file cannot be read, or files extend each other in a cycle.
 */
export async function readExtended(file: string): Promise<YamlFile> {
  return readOver(file, []);
}

/** `chain`: the files that led here, starting with the first. */
async function readOver(file: string, chain: readonly string[]): Promise<YamlFile> {
  const own = await readYaml(file);
  if (!isMapping(own.value) && chain.length > 0) {
    const words = {
      expected: 'a mapping',
      found: show(own.value),
      remedy: 'Name an experiment in `extends`.',
    };
    throw new ConfigError([{ ...own.placeOf([]), key: '', ...words }]);
  }
  if (!isMapping(own.value) || !Object.hasOwn(own.value, 'extends')) return own;
  const { extends: named, ...value } = own.value;
  const problem = (expected: string, found: string, remedy: string, cause?: unknown): ConfigError =>
    new ConfigError([{ ...own.placeOf(['extends']), key: 'extends', expected, found, remedy }], { cause });
  if (typeof named !== 'string' || named === '') {
    throw problem('the path of one file', show(named), 'Write for example `extends: fig6.yaml`.');
  }
  const below = isAbsolute(named) ? named : join(dirname(file), named);
  const line = [...chain, await realpath(file)];
  const target = await realpath(below).catch((cause: unknown) => {
    throw problem(
      'a file that can be read',
      (cause as Error).message,
      `Correct the path, which is relative to ${file}.`,
      cause,
    );
  });
  if (line.includes(target)) {
    const circle = [...line.slice(line.indexOf(target)), target].map((path) => basename(path));
    throw problem('files that do not extend each other', circle.join(' -> '), 'Break the cycle.');
  }
  return layOver(await readOver(below, line), { ...own, value });
}
