import { createHash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import type { RunSpec } from './records.ts';

const canonical = configure({ deterministic: true, strict: true });
/** Digits of the key in the name of a run's folder. */
export const shortKeyLength = 12;

/**
 * The SHA-256 of everything that can change a run's result: its specification as JSON with sorted keys,
 * without display names and what tells where weights are found.
 */
export const runKey = (spec: RunSpec): string => keyOfJson(spec);

/** The key of a specification of any version. */
export function keyOfJson({ experiment, arm, weights, dataset, ...rest }: Record<string, unknown>): string {
  const { title, path, repository, ...weightsKey } = (weights ?? {}) as Record<string, unknown>;
  const { title: name, folder, archiveMd5, ...datasetKey } = (dataset ?? {}) as Record<string, unknown>;
  return createHash('sha256')
    .update(canonical({ ...rest, weights: weightsKey, dataset: datasetKey })!)
    .digest('hex');
}

/**
 * The name of the run's folder: a readable part, then enough of the key to be unique. It depends on the key
 * alone, so that arms and experiments with the same run share it.
 */
export function runId(spec: RunSpec): string {
  const { shots, seed } = spec.fineTune;
  const readable = [spec.model, shots === 'all' ? 'all-images' : `${shots}shot`, `seed${seed}`].join('-');
  return `${readable.toLowerCase().replace(/[^a-z0-9.]+/g, '-')}-${runKey(spec).slice(0, shortKeyLength)}`;
}
