import { join } from 'node:path';
import { digestFile, InputError, localPath, workspaceRoot } from '@bit-repro/artifacts';
import { fetchWeights, findModel, type FetchOptions } from '@bit-repro/model';
import { embeddedNetwork } from '@bit-repro/stand-in';
import type { WeightsChoice } from '@bit-repro/experiment';
import type { RunSpec } from './store/records.ts';

/**
 * The file under version control with the SHA-256 of published weights, recorded when they are first fetched.
 */
export const weightsLock = join(workspaceRoot, 'configs/weights.lock.json');

type Fetching = Pick<FetchOptions, 'onProgress' | 'signal'>;

/**
 * Returns the SHA-256 of a weights file, downloading published weights into the cache. Random weights have
 * none.
 */
export async function weightsDigest(
  weights: WeightsChoice,
  fetching: Fetching = {},
): Promise<string | undefined> {
  switch (weights.kind) {
    case 'random':
      return undefined;
    case 'published':
      return (await locatePublished(weights.name, fetching)).sha256;
    case 'embedded':
      return digestFile(embeddedNetwork.file, 'sha256');
    case 'file':
      return digestFile(localPath(weights.path), 'sha256').catch((cause: unknown) => {
        throw new InputError(
          `Cannot read the weights file ${weights.path}`,
          'Correct `weights.file` in the experiment. The path is relative to the experiment’s folder.',
          { cause },
        );
      });
  }
}

/**
 * The file with a run's weights, checked to be the one it was planned with; undefined for random weights.
 *
 * @throws InputError if the file is missing or has changed.
 */
export async function weightsFile(
  { model, weights }: Pick<RunSpec, 'model' | 'weights'>,
  fetching: Fetching = {},
): Promise<string | undefined> {
  if (weights.kind === 'random') return undefined;
  const { file, sha256 } = await locateWeights(model, weights, fetching);
  if (sha256 === weights.sha256) return file;
  throw new InputError(
    `Expected weights with sha256 ${weights.sha256 ?? 'on record'}, found ${sha256} in ${file}`,
    'The file has changed since the runs were planned. Run the experiment again.',
  );
}

async function locateWeights(
  model: string,
  { kind, path }: RunSpec['weights'],
  fetching: Fetching,
): Promise<{ file: string; sha256: string }> {
  if (kind === 'published') return locatePublished(model, fetching);
  const file = kind === 'embedded' ? embeddedNetwork.file : localPath(path!);
  const sha256 = await digestFile(file, 'sha256').catch((cause: unknown) => {
    throw new InputError(
      `Cannot read the weights of the run at ${path ?? file}`,
      'If the worker has a different home folder or workspace than the machine that planned the run, keep the weights outside both.',
      { cause },
    );
  });
  return { file, sha256 };
}

const locatePublished = (name: string, { onProgress, signal }: Fetching): ReturnType<typeof fetchWeights> =>
  fetchWeights(findModel(name), { lockFile: weightsLock, ...(onProgress && { onProgress }), signal });
