import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { digestFile, writeFileAtomic } from '@bit-repro/artifacts';
import { RunFileError } from './errors.ts';
import { isMissing, unreadable } from './readFile.ts';
import { runFiles, type Seal } from './records.ts';

/** How thoroughly a run is checked. `glance` trusts files whose size and time match the seal. */
export type Scrutiny =
  | 'glance'
  /** Every byte except of the fine-tuned weights, which reports do not use. */
  | 'report'
  /** Every byte. */
  | 'everything';

const { spec, provenance, diff, events, telemetry, weights, subset, predictions, mistakes, result, timing } =
  runFiles;
export const sealedNames: readonly string[] = [
  spec,
  provenance,
  diff,
  events,
  telemetry,
  weights,
  subset,
  predictions,
  mistakes,
  result,
  timing,
];

/** Writes the seal, the last of a run's files, over all other files of its result. */
export async function writeSeal(folder: string, key: string): Promise<void> {
  const files: Seal['files'] = {};
  for (const name of sealedNames) {
    const bytes = sizeAndTime(join(folder, name))?.size;
    if (bytes !== undefined) files[name] = { bytes, sha256: await digestFile(join(folder, name), 'sha256') };
  }
  const seal: Seal = { version: 1, key, files };
  await writeFileAtomic(join(folder, runFiles.seal), `${JSON.stringify(seal, null, 2)}\n`);
}

/**
 * Checks a run's files against its seal. `contents` holds files already read.
 *
 * @throws RunFileError `damaged` if a file is missing or altered; `unreadable` if it cannot be read.
 */
export async function requireSealed(
  folder: string,
  seal: Seal,
  contents: ReadonlyMap<string, Buffer>,
  scrutiny: Scrutiny,
): Promise<void> {
  const sealedAt = sizeAndTime(join(folder, runFiles.seal))?.ctimeMs ?? -Infinity;
  for (const [name, expected] of Object.entries(seal.files)) {
    const found = sizeAndTime(join(folder, name));
    if (found === undefined) throw new RunFileError('damaged', `${name} is missing`);
    if (found.size !== expected.bytes) {
      throw altered(name, `${expected.bytes} bytes`, String(found.size));
    }
    const content = contents.get(name);
    const isTrusted =
      content === undefined &&
      ((scrutiny === 'glance' && found.ctimeMs <= sealedAt) ||
        (scrutiny !== 'everything' && name === weights));
    if (isTrusted) continue;
    const sha256 = content ? sha256Of(content) : await digestOf(folder, name);
    if (sha256 !== expected.sha256) throw altered(name, `sha256 ${expected.sha256}`, sha256);
  }
}

const altered = (name: string, expected: string, found: string): RunFileError =>
  new RunFileError('damaged', `${name} was altered: expected ${expected}, found ${found}`);

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const digestOf = (folder: string, name: string): Promise<string> =>
  digestFile(join(folder, name), 'sha256').catch((cause: unknown) => {
    throw unreadable(name, cause);
  });

/** Synchronous for speed: listing a large store calls this some hundred thousand times. */
function sizeAndTime(file: string): { size: number; ctimeMs: number } | undefined {
  try {
    const found = statSync(file);
    if (found.isFile()) return found;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(file, error);
  }
  throw new RunFileError('unreadable', `${file} is not a regular file`);
}
