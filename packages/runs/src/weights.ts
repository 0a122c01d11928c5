import { join } from 'node:path';
import { digestFile, InputError, localPath, workspaceRoot } from '@bit-repro/artifacts';
import { fetchWeights, findModel, type FetchOptions } from '@bit-repro/model';
import { embeddedNetwork } from '@bit-repro/stand-in';
import type { WeightsChoice } from '@bit-repro/experiment';
import type { RunSpec } from './store/records.ts';

/**
 * The file under version control where the SHA-256 of published weights is recorded when they are first fetched. It is committed
 * empty: whoever fetches weights commits what they found.
 */
export const weightsLock = join(workspaceRoot, 'configs/weights.lock.json');

type Fetching = Pick<FetchOptions, 'onProgress' | 'signal'>;

/**
 * Sees to it that a file of weights is there, and returns its SHA-256; published weights are downloaded into the cache.
 * Random weights have none.
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
          `Expected a file of weights at ${weights.path}, found none that can be read`,
          'Correct `weights.file` in the experiment; the path is relative to the experiment’s folder.',
          { cause },
        );
      });
  }
}

/**
 * The file that holds a run's weights, which is the one that the run was planned with; nothing for random weights.
 *
 * @throws InputError where there is no such file, or another than planned.
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
    'The file has changed since the runs were planned: run the experiment again.',
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
      `Expected the weights of the run at ${path ?? file}, found none that can be read`,
      'Where a worker runs under another home folder or workspace than the one that planned, keep them outside of both.',
      { cause },
    );
  });
  return { file, sha256 };
}

const locatePublished = (name: string, { onProgress, signal }: Fetching): ReturnType<typeof fetchWeights> =>
  fetchWeights(findModel(name), { lockFile: weightsLock, ...(onProgress && { onProgress }), signal });
