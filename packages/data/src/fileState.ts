import { stat } from 'node:fs/promises';
import { ifAny, InputError } from '@bit-repro/artifacts';

/**
 * Whatever changes with a file, as a word.
 *
 * @throws InputError if it is not there; OutsideError if it cannot be looked at.
 */
export async function fileState(file: string): Promise<string> {
  const found = await ifAny(file, (path) => stat(path, { bigint: true }));
  if (found === undefined) {
    throw new InputError(`${file} is not there any more`, 'Run the same command again.');
  }
  const { ino, size, mtimeNs, ctimeNs } = found;
  return [ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join(' ');
}
